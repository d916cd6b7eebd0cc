import com.google.googlejavaformat.java.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Checks or rewrites the format of every Java file of the tree in one JVM. Run by Maven with
 * google-java-format on the class path: {@code java -cp JAR tools/Format.java check|write ROOT}.
 */
final class Format {
  private static final Set<String> SKIPPED = Set.of("target", ".git", ".idea");

  private Format() {}

  public static void main(String[] args) throws Exception {
    boolean write = args[0].equals("write");
    Path root = Path.of(args[1]);
    List<String> options =
        write ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed");
    List<String> arguments = new ArrayList<>(options);
    arguments.addAll(javaFilesUnder(root));
    StringWriter unformatted = new StringWriter();
    int status =
        new Main(new PrintWriter(unformatted, true), new PrintWriter(System.err, true), System.in)
            .format(arguments.toArray(String[]::new));
    if (status != 0) {
      unformatted.toString().lines().forEach(file -> System.err.println("not formatted: " + file));
      System.err.println("run ./halyard format, which rewrites them");
      System.exit(status);
    }
  }

  private static List<String> javaFilesUnder(Path root) throws IOException {
    List<String> files = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return SKIPPED.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              files.add(file.toString());
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }
}
