package dev.sluice.policy.control;

import static java.util.Objects.requireNonNull;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.StartElementTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** What the sources of records and enums say of themselves, so that it is written once. */
final class SourceDocumentation {
  private static final Path SOURCES = Path.of("src/main/java");

  private final Map<String, String> texts = new HashMap<>();
  private final Map<String, Boolean> read = new HashMap<>();

  /** Of a type. */
  Optional<String> of(Class<?> type) {
    return text(type, "");
  }

  /** Of a component of a record, or of a constant of an enum. */
  Optional<String> of(Class<?> type, String part) {
    return text(type, "#" + part);
  }

  private Optional<String> text(Class<?> type, String part) {
    Class<?> outermost = type;
    while (outermost.getDeclaringClass() != null) {
      outermost = outermost.getDeclaringClass();
    }
    if (read.put(outermost.getName(), true) == null) {
      read(SOURCES.resolve(outermost.getName().replace('.', '/') + ".java"));
    }
    return Optional.ofNullable(texts.get(type.getSimpleName() + part));
  }

  private void read(Path source) {
    JavaCompiler compiler = requireNonNull(ToolProvider.getSystemJavaCompiler());
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(null, files, null, null, null, files.getJavaFileObjects(source));
      DocTrees trees = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        new Reading(trees).scan(unit, null);
      }
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private final class Reading extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private final DocTrees trees;

    Reading(DocTrees trees) {
      this.trees = trees;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
      String name = type.getSimpleName().toString();
      DocCommentTree comment = trees.getDocCommentTree(getCurrentPath());
      if (comment != null) {
        texts.put(name, plain(comment.getFullBody()));
        for (DocTree tag : comment.getBlockTags()) {
          if (tag instanceof ParamTree component) {
            texts.put(name + "#" + component.getName(), plain(component.getDescription()));
          }
        }
      }
      return super.visitClass(type, null);
    }

    @Override
    public @Nullable Void visitVariable(VariableTree variable, @Nullable Void nothing) {
      DocCommentTree comment = trees.getDocCommentTree(getCurrentPath());
      if (comment != null && getCurrentPath().getParentPath().getLeaf() instanceof ClassTree type) {
        texts.put(type.getSimpleName() + "#" + variable.getName(), plain(comment.getFullBody()));
      }
      return super.visitVariable(variable, null);
    }
  }

  private static String plain(List<? extends DocTree> parts) {
    return parts.stream()
        // The first paragraph.
        .takeWhile(part -> !(part instanceof StartElementTree))
        .map(SourceDocumentation::plain)
        .collect(Collectors.joining())
        .replaceAll("\\s+", " ")
        .strip();
  }

  private static String plain(DocTree part) {
    return switch (part) {
      case TextTree text -> text.getBody();
      case LiteralTree literal -> "`" + literal.getBody().getBody() + "`";
      case LinkTree link -> "`" + member(link.getReference().getSignature()) + "`";
      default -> throw new IllegalArgumentException("cannot be written plainly: " + part);
    };
  }

  private static String member(String signature) {
    return signature.substring(signature.indexOf('#') + 1);
  }
}
