package dev.sluice.resources.file;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.HashMap;
import java.util.Map;

/** Evaluates the rules that CRDs carry ({@code x-kubernetes-validations}). */
final class CelRules {
  private final CelCompiler compiler =
      CelCompilerFactory.standardCelCompilerBuilder()
          .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
          .addVar("self", SimpleType.DYN)
          .addLibraries(CelExtensions.strings())
          .build();
  private final CelRuntime runtime =
      CelRuntimeFactory.standardCelRuntimeBuilder().addLibraries(CelExtensions.strings()).build();
  private final Map<String, CelRuntime.Program> programs = new HashMap<>();

  /** Whether a rule compares with the object before an update, which a file has not. */
  static boolean aboutUpdates(String rule) {
    return rule.contains("oldSelf");
  }

  /**
   * Evaluates an expression.
   *
   * @param expression the expression
   * @param self the value that it is about
   * @return what came out
   * @throws CelEvaluationException where the value is not what the expression expects
   */
  Object evaluate(String expression, Object self) throws CelEvaluationException {
    return compiled(expression).eval(Map.of("self", self));
  }

  /** The program of an expression. */
  CelRuntime.Program compiled(String expression) throws CelEvaluationException {
    CelRuntime.Program program = programs.get(expression);
    if (program == null) {
      program = program(expression);
      programs.put(expression, program);
    }
    return program;
  }

  private CelRuntime.Program program(String expression) throws CelEvaluationException {
    try {
      CelAbstractSyntaxTree tree = compiler.compile(expression).getAst();
      return runtime.createProgram(tree);
    } catch (CelValidationException e) {
      throw new IllegalStateException("a rule of the CRDs cannot be read: " + expression, e);
    }
  }
}
