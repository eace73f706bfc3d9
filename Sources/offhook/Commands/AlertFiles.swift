import Glibc
import Phone
import PhoneResources
import PhoneSystem

/// The files that say how calls are signalled: the user's, then the one that comes with the phone.
enum AlertFiles {
  /// Adds their signals to `configuration`, and returns what is wrong with them. A file that cannot be read is told and left out.
  ///
  /// - Parameter folder: where a relative path begins: beside the configuration file.
  static func add(to configuration: inout Configuration, folder: String?) -> [String] {
    var complaints: [String] = []
    if let name = configuration.alerts.file {
      let path = absolute(name, folder: folder)
      do throws(ConfigurationFileError) {
        let file = try ConfigurationFile(path: path)
        complaints += configuration.addAlertSignals(file.bytes, file: path).map(\.description)
      } catch {
        switch error {
        case .missing(let path):
          complaints.append("\(path) does not exist; `[alerts] file` names it, and calls are signalled without it")
        case .unreadable(let sentence): complaints.append(sentence)
        }
      }
    }
    complaints += configuration.addAlertSignals(BuiltInFiles.alerts, file: "alerts.toml").map(\.description)
    return complaints
  }

  static func absolute(_ name: String, folder: String?) -> String {
    if name.hasPrefix("~/"), let home = unsafe getenv("HOME") { return unsafe String(cString: home) + name.dropFirst() }
    guard !name.hasPrefix("/"), let folder else { return name }
    return folder + "/" + name
  }

  /// The folder of a file.
  static func folder(of path: String) -> String? {
    path.lastIndex(of: "/").map { String(path[..<$0]) }
  }
}
