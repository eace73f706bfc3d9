/// The files beside this one, compiled into the program so that it needs no folder of its own.
public enum BuiltInFiles {
  /// A commented configuration to begin with, as UTF-8.
  public static var exampleConfiguration: [UInt8] { PackageResources.default_toml }

  /// The signals of calls that the phone knows by itself, as UTF-8: `Configuration.addAlertSignals` reads them.
  public static var alerts: [UInt8] { PackageResources.alerts_toml }
}
