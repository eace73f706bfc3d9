import SIPMessages
import SansIO

enum SIPAddress {
  /// The home exchange of the scenarios, as its edges know it.
  static let home = SIPURI(host: .address(.v4(0x7F00_0001)), port: 5060)
}
