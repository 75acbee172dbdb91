package dev.sluice.stories.stage;

import dev.sluice.fixtures.BuiltPrograms;
import java.util.List;
import java.util.Map;

/** helm, as an administrator has it. */
public final class Helm {
  private Helm() {}

  /** Upgrades the product to the chart that is here, with the values that it has. */
  public static void upgrade() {
    Command.run(
            "",
            Map.of(),
            List.of(
                BuiltPrograms.path("helm").toString(),
                "upgrade",
                "sluice",
                "charts/sluice",
                "-n",
                "sluice-system",
                "--reuse-values",
                "--wait"))
        .required();
  }
}
