import Phone
import PhoneSystem
import SIPExtensions

/// The files of signed identity: whom to trust, and the keys of the user's own addresses.
enum IdentityFiles {
  /// Reads them into `configuration`, and returns what is wrong with them. What cannot be read is told and left out.
  static func add(to configuration: inout Configuration, folder: String?) -> [String] {
    var complaints: [String] = []
    if let name = configuration.identity.anchorsFile, let bytes = read(name, folder, &complaints) {
      configuration.identity.anchors = bytes
    }
    configuration.identity.signers = configuration.identity.signers.compactMap { entry in
      var entry = entry
      guard let bytes = read(entry.keyFile, folder, &complaints) else { return nil }
      entry.signer.privateKey = bytes
      return entry
    }
    return complaints
  }

  private static func read(_ name: String, _ folder: String?, _ complaints: inout [String]) -> [UInt8]? {
    let path = AlertFiles.absolute(name, folder: folder)
    do throws(ConfigurationFileError) {
      return try ConfigurationFile(path: path).bytes
    } catch {
      switch error {
      case .missing(let path): complaints.append("\(path) does not exist; `[identity]` names it")
      case .unreadable(let sentence): complaints.append(sentence)
      }
      return nil
    }
  }
}
