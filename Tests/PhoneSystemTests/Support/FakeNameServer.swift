import CPlatform
import Glibc
import SansIO

@testable import PhoneSystem

/// A name server with a few records, on a loopback port: as small as the tests allow.
final class FakeNameServer: Sendable {
  struct Record: Sendable {
    var type: UInt16
    var data: [UInt8]
  }

  let port: UInt16
  private let descriptor: Int32
  private let ending = Mailbox<Bool>()
  private let thread: SystemThread?

  /// A name that is not in `zone` does not exist; one whose records are nil is not answered at all.
  init(zone: [String: [Record]?]) {
    var local = cp_address(SocketAddress(.loopbackV4, port: 0))
    let opened = unsafe cp_udp_open(&local, 0)
    unsafe cp_local_address(opened, &local)
    descriptor = opened
    port = local.port
    thread = SystemThread(name: "fake-dns") { [ending] in
      var buffer = [UInt8](repeating: 0, count: 4096)
      while ending.takeAll().isEmpty {
        var descriptors = [
          pollfd(fd: opened, events: Int16(POLLIN), revents: 0), pollfd(fd: ending.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        _ = unsafe cp_poll(&descriptors, 2, -1)
        var source = cp_address()
        let count = unsafe cp_udp_receive(opened, &buffer, buffer.count, &source)
        guard count > 12, let answer = Self.answer(to: Array(buffer.prefix(count)), zone: zone) else { continue }
        _ = unsafe cp_udp_send(opened, answer, answer.count, &source)
      }
    }
  }

  var settings: ResolverSettings {
    var settings = ResolverSettings(servers: "127.0.0.1:\(port)")
    settings.timeout = .milliseconds(300)
    settings.tries = 1
    return settings
  }

  func stop() {
    ending.post(true)
    thread?.join()
    close(descriptor)
  }

  private static func answer(to query: [UInt8], zone: [String: [Record]?]) -> [UInt8]? {
    var labels: [String] = []
    var at = 12
    while at < query.count, query[at] > 0 {
      labels.append(String(decoding: query[(at + 1)...].prefix(Int(query[at])), as: UTF8.self))
      at += Int(query[at]) + 1
    }
    guard at + 5 <= query.count else { return nil }
    let type = UInt16(query[at + 1]) << 8 | UInt16(query[at + 2])
    let known = zone[labels.joined(separator: ".").lowercased()]
    if case .some(.none) = known { return nil }
    let records = (known ?? nil)?.filter { $0.type == type } ?? []
    var answer = Array(query[0..<2]) + [0x81, known == nil ? 0x83 : 0x80, 0, 1, 0, UInt8(records.count), 0, 0, 0, 0]
    answer += query[12..<(at + 5)]
    for record in records {
      answer += [0xC0, 12, UInt8(record.type >> 8), UInt8(record.type & 255), 0, 1, 0, 0, 0, 60]
      answer += [UInt8(record.data.count >> 8), UInt8(record.data.count & 255)] + record.data
    }
    return answer
  }

  static func name(_ text: String) -> [UInt8] {
    text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
  }

  static func text(_ text: String) -> [UInt8] {
    [UInt8(text.utf8.count)] + Array(text.utf8)
  }
}
