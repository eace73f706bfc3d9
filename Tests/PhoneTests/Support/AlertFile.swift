import Foundation
import Phone
import SIPMessages
import Testing

/// The signals that come with the phone, from the file that is compiled into the program.
enum AlertFile {
  static let path = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/") + "/Resources/alerts.toml"

  static let bytes = Array((try? Data(contentsOf: URL(filePath: path))) ?? Data())

  /// A configuration that holds these signals and nothing else.
  static let configuration: Configuration = {
    var configuration = Configuration()
    _ = configuration.addAlertSignals(bytes, file: path)
    return configuration
  }()

  static let resolver = AlertResolver(signals: configuration.alerts.signals)

  static func add(to configuration: inout Configuration) {
    if configuration.alerts.signals.isEmpty, !configuration.alerts.replacesBuiltIn {
      configuration.alerts.signals = Self.configuration.alerts.signals
    } else {
      _ = configuration.addAlertSignals(bytes, file: path)
    }
  }
}
