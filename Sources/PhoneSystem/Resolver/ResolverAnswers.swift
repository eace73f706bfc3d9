import CAres
import CPlatform
import Glibc
import SIPUserAgent
import SansIO

/// Reads what c-ares found. nil means that the answer could not be understood.
enum ResolverAnswers {
  /// More than this from one name is an attack or an accident.
  private static let mostRecords = 64

  static func addresses(_ result: UnsafeMutablePointer<ares_addrinfo>?) -> [DNSRecord]? {
    var records: [DNSRecord] = []
    var node = unsafe result?.pointee.nodes
    while let current = unsafe node, records.count < mostRecords {
      var platform = cp_address()
      if let address = unsafe current.pointee.ai_addr, unsafe cp_address_read(address, &platform) == 0 {
        let record = DNSRecord.address(platform.socketAddress.address)
        if !records.contains(record) { records.append(record) }
      }
      unsafe node = current.pointee.ai_next
    }
    return records
  }

  static func services(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int32) -> [DNSRecord]? {
    var first: UnsafeMutablePointer<ares_srv_reply>?
    let status = unsafe ares_parse_srv_reply(bytes, count, &first)
    defer { if let first = unsafe first { unsafe ares_free_data(first) } }
    guard status == ARES_SUCCESS else { return status == ARES_ENODATA ? [] : nil }
    var records: [DNSRecord] = []
    var reply = unsafe first
    while let current = unsafe reply, records.count < mostRecords {
      let service = unsafe current.pointee
      unsafe records.append(
        .srv(priority: service.priority, weight: service.weight, port: service.port, target: text(service.host)))
      unsafe reply = service.next
    }
    return records
  }

  static func authorityPointers(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int32) -> [DNSRecord]? {
    var first: UnsafeMutablePointer<ares_naptr_reply>?
    let status = unsafe ares_parse_naptr_reply(bytes, count, &first)
    defer { if let first = unsafe first { unsafe ares_free_data(first) } }
    guard status == ARES_SUCCESS else { return status == ARES_ENODATA ? [] : nil }
    var records: [DNSRecord] = []
    var reply = unsafe first
    while let current = unsafe reply, records.count < mostRecords {
      let pointer = unsafe current.pointee
      unsafe records.append(
        .naptr(
          order: pointer.order, preference: pointer.preference, flags: text(pointer.flags), service: text(pointer.service),
          replacement: text(pointer.replacement)))
      unsafe reply = pointer.next
    }
    return records
  }

  private static func text(_ characters: UnsafeMutablePointer<CChar>?) -> String {
    unsafe characters.map { unsafe String(cString: $0) } ?? ""
  }

  private static func text(_ characters: UnsafeMutablePointer<UInt8>?) -> String {
    unsafe characters.map { unsafe String(cString: $0) } ?? ""
  }
}
