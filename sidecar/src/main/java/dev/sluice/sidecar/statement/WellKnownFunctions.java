package dev.sluice.sidecar.statement;

/**
 * Functions that rules name, by the object ids that they have in every PostgreSQL (pg_proc.dat).
 */
final class WellKnownFunctions {

  private WellKnownFunctions() {}

  static String name(int function) {
    return switch (function) {
      case 764, 767 -> "lo_import";
      case 765 -> "lo_export";
      case 2078 -> "set_config";
      case 2624, 3293, 3826, 6208 -> "pg_read_file";
      case 3295, 3827, 3828, 6209 -> "pg_read_binary_file";
      case 2625, 3297 -> "pg_ls_dir";
      default -> "number " + Integer.toUnsignedString(function);
    };
  }
}
