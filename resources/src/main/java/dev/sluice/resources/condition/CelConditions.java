package dev.sluice.resources.condition;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.sluice.policy.expression.Expression;
import dev.sluice.policy.plan.ConditionCompiler;
import dev.sluice.policy.statement.RuleVariable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads conditions in CEL, checks their types against what rules can name, and takes them to the
 * form that gates evaluate.
 */
public final class CelConditions implements ConditionCompiler {
  /** Conditions that are remembered: a policy is read again for each access that it is for. */
  private static final int REMEMBERED = 1000;

  /** Mistakes that are told of one condition. */
  private static final int TOLD = 3;

  private final CelCompiler compiler = compiler();
  private final Map<String, Result> results =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Result> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** What became of a condition. */
  private sealed interface Result {
    record Good(Expression expression) implements Result {}

    record Bad(String message) implements Result {}
  }

  @Override
  public Expression compile(String condition) throws ConditionException {
    Result result;
    synchronized (results) {
      result = results.computeIfAbsent(condition, this::result);
    }
    return switch (result) {
      case Result.Good(Expression expression) -> expression;
      case Result.Bad(String message) -> throw new ConditionException(message);
    };
  }

  /** An expression of any type, parsed and checked. */
  CelValidationResult checked(String expression) {
    return compiler.compile(expression);
  }

  private Result result(String condition) {
    CelValidationResult validated = checked(condition);
    try {
      if (validated.hasError()) {
        return new Result.Bad(mistakes(validated));
      }
      CelAbstractSyntaxTree tree = validated.getAst();
      if (!tree.getResultType().equals(SimpleType.BOOL)) {
        return new Result.Bad(
            "1:1: the condition is of the type %s, and must be true or false (bool)"
                .formatted(tree.getResultType().name()));
      }
      return new Result.Good(new CelTranslation(tree).expression());
    } catch (CelValidationException impossible) {
      throw new IllegalStateException("a result without an error has a tree", impossible);
    } catch (CelTranslation.NotCarriedException refused) {
      return new Result.Bad(String.valueOf(refused.getMessage()));
    }
  }

  private static String mistakes(CelValidationResult validated) {
    return validated.getErrors().stream()
        .limit(TOLD)
        .map(CelConditions::mistake)
        .collect(Collectors.joining("; "));
  }

  /** Lines and columns count from 1; CEL's columns from 0. */
  private static String mistake(CelIssue issue) {
    return "%d:%d: %s"
        .formatted(
            issue.getSourceLocation().getLine(),
            issue.getSourceLocation().getColumn() + 1,
            issue.getMessage().replaceAll("\\s+", " ").strip());
  }

  private static CelCompiler compiler() {
    Map<String, ImmutableMap.Builder<String, CelType>> objects = new LinkedHashMap<>();
    CelCompilerBuilder builder =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(options())
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS);
    for (RuleVariable variable : RuleVariable.values()) {
      Optional<String> object = variable.object();
      if (object.isPresent()) {
        objects
            .computeIfAbsent(object.get(), name -> ImmutableMap.builder())
            .put(variable.field(), type(variable.type()));
      } else {
        builder.addVar(variable.path(), type(variable.type()));
      }
    }
    ImmutableMap.Builder<String, CelType> types = ImmutableMap.builder();
    objects.forEach(
        (name, fields) -> {
          StructType type = struct("sluice." + name, fields.buildOrThrow());
          types.put(type.name(), type);
          builder.addVar(name, type);
        });
    return builder.setTypeProvider(new Objects(types.buildOrThrow())).build();
  }

  /** As the language is written down, where the library's defaults are those of before. */
  static CelOptions options() {
    return CelOptions.current().populateMacroCalls(true).maxExpressionCodePointSize(4000).build();
  }

  private static StructType struct(String name, ImmutableMap<String, CelType> fields) {
    return StructType.create(
        name,
        ImmutableSet.copyOf(fields.keySet()),
        field -> Optional.ofNullable(fields.get(field)));
  }

  private static CelType type(RuleVariable.Type type) {
    return switch (type) {
      case TEXT -> SimpleType.STRING;
      case TRUTH -> SimpleType.BOOL;
      case WHOLE -> SimpleType.INT;
      case TIME -> SimpleType.TIMESTAMP;
      case TEXTS -> ListType.create(SimpleType.STRING);
      case TEXT_MAP -> MapType.create(SimpleType.STRING, SimpleType.STRING);
    };
  }

  /** The types of the objects. */
  private record Objects(ImmutableMap<String, CelType> byName) implements CelTypeProvider {
    @Override
    public ImmutableCollection<CelType> types() {
      return ImmutableList.copyOf(byName.values());
    }

    @Override
    public Optional<CelType> findType(String name) {
      return Optional.ofNullable(byName.get(name));
    }
  }
}
