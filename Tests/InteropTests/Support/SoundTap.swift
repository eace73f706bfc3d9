import Foundation

/// A socket at which a call's voice would arrive: everything that does is kept, and looked into.
final class SoundTap: @unchecked Sendable {
  // Sendable: guarded by `lock`.
  private let lock = NSLock()
  private var packets: [[UInt8]] = []
  private var isStopped = false
  private let descriptor: Int32
  let port: UInt16

  init?() {
    descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var wait = timeval(tv_sec: 0, tv_usec: 200_000)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
    let port = (0..<100).lazy.map { _ in UInt16.random(in: 17_000..<19_900) & 0xFFFE }.first { [descriptor] port in
      var own = sockaddr_in()
      own.sin_family = sa_family_t(AF_INET)
      own.sin_port = port.bigEndian
      own.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      return unsafe withUnsafePointer(to: &own) {
        unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
      }
    }
    guard let port else {
      close(descriptor)
      return nil
    }
    self.port = port
    Thread.detachNewThread { [self] in listen() }
  }

  private func listen() {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !lock.withLock({ isStopped }) {
      let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
      if count > 0 { lock.withLock { packets.append(Array(buffer[..<count])) } }
    }
    close(descriptor)
  }

  func stop() { lock.withLock { isStopped = true } }

  /// RTP packets of any kind.
  var packetCount: Int { lock.withLock { packets.count { Self.isRTP($0) } } }

  /// RTP packets whose payload is not the one byte that silence is.
  var soundCount: Int {
    lock.withLock { packets.count { packet in Self.isRTP(packet) && Set(packet.dropFirst(12)).count > 1 } }
  }

  private static func isRTP(_ packet: [UInt8]) -> Bool {
    packet.count > 12 && packet[0] >> 6 == 2 && !(192...223).contains(packet[1])
  }

  /// Everything that was sent as G.711 µ-law, at 8000 samples a second.
  var samples: [Int16] {
    lock.withLock { packets.filter { Self.isRTP($0) && $0[1] & 0x7F == 0 }.flatMap { $0.dropFirst(12).map(Self.decode) } }
  }

  /// ITU-T G.711 table 2a.
  private static func decode(_ byte: UInt8) -> Int16 {
    let code = ~byte
    let magnitude = ((Int(code & 0x0F) << 3) + 0x84) << Int(code >> 4 & 7)
    return Int16(code & 0x80 != 0 ? 0x84 - magnitude : magnitude - 0x84)
  }

  /// Waits until this tone is what arrives; false after the timeout.
  func hears(_ hertz: Double, within timeout: TimeInterval = 10) -> Bool {
    let end = Date(timeIntervalSinceNow: timeout)
    while Date() < end {
      if SoundFile.share(of: hertz, in: samples, rate: 8000) > 0.8 { return true }
      Thread.sleep(forTimeInterval: 0.2)
    }
    return false
  }
}
