package dev.sluice.resources.condition;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelExpr.CelSelect;
import dev.cel.common.ast.CelReference;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.sluice.policy.expression.Evaluation;
import dev.sluice.policy.expression.EvaluationException;
import dev.sluice.policy.expression.Expression;
import dev.sluice.policy.expression.Expression.And;
import dev.sluice.policy.expression.Expression.Call;
import dev.sluice.policy.expression.Expression.Conditional;
import dev.sluice.policy.expression.Expression.Each;
import dev.sluice.policy.expression.Expression.Field;
import dev.sluice.policy.expression.Expression.Has;
import dev.sluice.policy.expression.Expression.Items;
import dev.sluice.policy.expression.Expression.Literal;
import dev.sluice.policy.expression.Expression.Macro;
import dev.sluice.policy.expression.Expression.Matches;
import dev.sluice.policy.expression.Expression.Or;
import dev.sluice.policy.expression.Expression.Variable;
import dev.sluice.policy.expression.ExpressionJson;
import dev.sluice.policy.expression.Function;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** From one checked tree of CEL to the form that gates evaluate. */
final class CelTranslation {
  /** Of the depth that gates read, for arrays within arrays of a call. */
  private static final int MAXIMUM_DEPTH = ExpressionJson.MAXIMUM_DEPTH - 2;

  private static final int MAXIMUM_PATTERN = 200;

  /** Products of the counts in a pattern: the program that it becomes is so many times as long. */
  private static final long MAXIMUM_REPETITIONS = 1000;

  private static final java.util.regex.Pattern COUNT =
      java.util.regex.Pattern.compile("\\{(\\d+)(?:,(\\d*))?\\}");

  private final CelAbstractSyntaxTree tree;

  CelTranslation(CelAbstractSyntaxTree tree) {
    this.tree = tree;
  }

  /** A part that gates cannot evaluate. */
  static final class NotCarriedException extends Exception {
    private static final long serialVersionUID = 1L;

    NotCarriedException(String message) {
      super(message);
    }
  }

  Expression expression() throws NotCarriedException {
    return translated(tree.getExpr(), 1);
  }

  private Expression translated(CelExpr part, int depth) throws NotCarriedException {
    if (depth > MAXIMUM_DEPTH) {
      throw refused(part, "the condition is nested too deeply");
    }
    return switch (part.getKind()) {
      case CONSTANT -> constant(part);
      case IDENT -> variable(part);
      case SELECT -> select(part, depth);
      case CALL -> call(part, depth);
      case LIST -> list(part, depth);
      case COMPREHENSION -> macro(part, depth);
      case MAP -> throw refused(part, "a map cannot be written in a rule");
      case STRUCT -> throw refused(part, "an object cannot be made in a rule");
      case NOT_SET -> throw refused(part, "nothing stands here");
    };
  }

  private Items list(CelExpr part, int depth) throws NotCarriedException {
    List<CelExpr> items = part.list().elements();
    boolean mixed =
        tree.getType(part.id())
            .filter(type -> type instanceof ListType list && list.elemType().kind() == CelKind.DYN)
            .isPresent();
    if (mixed && !items.isEmpty()) {
      throw refused(part, "the items of a list are of one type");
    }
    return new Items(all(items, depth));
  }

  private List<Expression> all(List<CelExpr> parts, int depth) throws NotCarriedException {
    List<Expression> all = new ArrayList<>(parts.size());
    for (CelExpr part : parts) {
      all.add(translated(part, depth + 1));
    }
    return all;
  }

  private Literal constant(CelExpr part) throws NotCarriedException {
    CelConstant constant = part.constant();
    return switch (constant.getKind()) {
      case BOOLEAN_VALUE -> new Literal(constant.booleanValue());
      case INT64_VALUE -> new Literal(constant.int64Value());
      case DOUBLE_VALUE -> new Literal(constant.doubleValue());
      case STRING_VALUE -> new Literal(constant.stringValue());
      default -> throw refused(part, "a constant of this type cannot be used in a rule");
    };
  }

  private Expression variable(CelExpr part) throws NotCarriedException {
    String name = part.ident().name();
    CelType type = tree.getType(part.id()).orElse(null);
    if (type == null || type.kind() == CelKind.TYPE) {
      throw refused(part, "types cannot be used as values in a rule");
    }
    if (type.kind() == CelKind.STRUCT) {
      throw refused(part, "\"%s\" cannot be used as a whole: name a field of it".formatted(name));
    }
    return new Variable(name);
  }

  private Expression select(CelExpr part, int depth) throws NotCarriedException {
    CelSelect select = part.select();
    CelExpr operand = select.operand();
    boolean object =
        operand.getKind() == CelExpr.ExprKind.Kind.IDENT
            && tree.getType(operand.id()).filter(type -> type.kind() == CelKind.STRUCT).isPresent();
    Expression target =
        object ? new Variable(operand.ident().name()) : translated(operand, depth + 1);
    return select.testOnly() ? new Has(target, select.field()) : new Field(target, select.field());
  }

  private Expression call(CelExpr part, int depth) throws NotCarriedException {
    CelCall call = part.call();
    String name = call.function();
    List<CelExpr> operands = new ArrayList<>();
    call.target().ifPresent(operands::add);
    operands.addAll(call.args());
    switch (name) {
      case "_&&_" -> {
        return new And(
            translated(operands.get(0), depth + 1), translated(operands.get(1), depth + 1));
      }
      case "_||_" -> {
        return new Or(
            translated(operands.get(0), depth + 1), translated(operands.get(1), depth + 1));
      }
      case "_?_:_" -> {
        return new Conditional(
            translated(operands.get(0), depth + 1),
            translated(operands.get(1), depth + 1),
            translated(operands.get(2), depth + 1));
      }
      case "matches" -> {
        return new Matches(translated(operands.get(0), depth + 1), pattern(operands.get(1)));
      }
      default -> {
        Function function = CelFunctions.named(overloads(part));
        if (function == null) {
          throw refused(
              part,
              "%s cannot be used so in a rule".formatted(name.replace("_", "").replace("@", "")));
        }
        return checked(part, new Call(function, all(operands, depth)));
      }
    }
  }

  /** A constant time or duration that is none is told now rather than at each statement. */
  private Call checked(CelExpr part, Call call) throws NotCarriedException {
    boolean constant = call.arguments().stream().allMatch(Literal.class::isInstance);
    if (constant
        && (call.function() == Function.TIMESTAMP || call.function() == Function.DURATION)) {
      try {
        Evaluation.evaluate(call, Map.of());
      } catch (EvaluationException none) {
        throw refused(part, String.valueOf(none.getMessage()));
      }
    }
    return call;
  }

  private List<String> overloads(CelExpr part) {
    return tree.getReference(part.id())
        .map(CelReference::overloadIds)
        .map(List::copyOf)
        .orElse(List.of());
  }

  /** A regular expression, compiled once: one that is made at run time could be anything. */
  private Pattern pattern(CelExpr part) throws NotCarriedException {
    if (part.getKind() != CelExpr.ExprKind.Kind.CONSTANT) {
      throw refused(part, "write the regular expression as a constant");
    }
    String pattern = part.constant().stringValue();
    if (pattern.codePointCount(0, pattern.length()) > MAXIMUM_PATTERN) {
      throw refused(
          part, "the regular expression is longer than %d characters".formatted(MAXIMUM_PATTERN));
    }
    long repetitions = 1;
    Matcher count = COUNT.matcher(pattern);
    while (count.find() && repetitions <= MAXIMUM_REPETITIONS) {
      String most =
          count.group(2) == null || count.group(2).isEmpty() ? count.group(1) : count.group(2);
      repetitions *=
          Math.max(1, most.length() > 4 ? MAXIMUM_REPETITIONS + 1 : Integer.parseInt(most));
    }
    if (repetitions > MAXIMUM_REPETITIONS) {
      throw refused(
          part,
          "the counts in the regular expression multiply to more than %d"
              .formatted(MAXIMUM_REPETITIONS));
    }
    try {
      return Pattern.compile(pattern);
    } catch (PatternSyntaxException wrong) {
      throw refused(part, "the regular expression is none: " + wrong.getDescription());
    }
  }

  private Expression macro(CelExpr part, int depth) throws NotCarriedException {
    CelComprehension loop = part.comprehension();
    CelExpr written = tree.getSource().getMacroCalls().get(part.id());
    Macro macro =
        written == null
            ? null
            : Arrays.stream(Macro.values())
                .filter(each -> each.symbol().equals(written.call().function()))
                .findFirst()
                .orElse(null);
    if (macro == null || written == null) {
      throw refused(part, "this macro cannot be used in a rule");
    }
    Expression range = translated(loop.iterRange(), depth + 1);
    CelExpr step = loop.loopStep();
    CelExpr condition =
        switch (macro) {
          case ALL, EXISTS -> step.call().args().get(1);
          case EXISTS_ONE, FILTER -> step.call().args().get(0);
          case MAP -> written.call().args().size() == 3 ? step.call().args().get(0) : null;
        };
    CelExpr appended =
        macro != Macro.MAP ? null : condition == null ? step : step.call().args().get(1);
    @Nullable Expression result =
        appended == null
            ? null
            : translated(appended.call().args().get(1).list().elements().get(0), depth + 1);
    return new Each(
        macro,
        loop.iterVar(),
        range,
        condition == null ? null : translated(condition, depth + 1),
        result);
  }

  private NotCarriedException refused(CelExpr part, String message) {
    Optional<CelSourceLocation> place =
        Optional.ofNullable(tree.getSource().getPositionsMap().get(part.id()))
            .flatMap(tree.getSource()::getOffsetLocation);
    return new NotCarriedException(
        place
                .map(location -> "%d:%d: ".formatted(location.getLine(), location.getColumn() + 1))
                .orElse("")
            + message);
  }
}
