import CPlatform
import Glibc

/// A socket of this user in the session's runtime folder, at which a running phone says how it is.
///
/// The asker writes one line, the form it wants or an order; the phone writes its answer and closes.
public final class StatusSocket: Sendable {
  private let descriptor: Int32
  private let path: String
  private let thread: SystemThread?

  /// nil when the session has no runtime folder, or another phone answers there already.
  ///
  /// - Parameter answer: called on a thread of its own with the asked form; may wait.
  public init?(paths: StandardPaths = StandardPaths(), answer: @escaping @Sendable (String) -> String) {
    guard let folder = paths.runtime, StandardPaths.makeFolder(folder) else { return nil }
    let path = folder + "/status"
    let descriptor = unsafe cp_unix_listen(path)
    guard descriptor >= 0 else { return nil }
    self.path = path
    self.descriptor = descriptor
    thread = SystemThread(name: "status", stackSize: 256 * 1024) {
      while true {
        let peer = cp_unix_accept(descriptor)
        if peer < 0 { return }
        Self.serve(peer, answer)
        Glibc.close(peer)
      }
    }
  }

  private static func serve(_ peer: Int32, _ answer: (String) -> String) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe read(peer, &buffer, buffer.count)
    guard count > 0 else { return }
    let form = String(decoding: buffer[..<count].prefix { $0 != 10 }, as: UTF8.self)
    let bytes = Array(answer(form).utf8)
    var sent = 0
    while sent < bytes.count {
      let written = unsafe bytes.withUnsafeBytes {
        unsafe send(peer, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard written > 0 else { return }
      sent += written
    }
  }

  public func close() {
    // Wakes the thread out of accept.
    shutdown(descriptor, Int32(SHUT_RDWR))
    thread?.join()
    Glibc.close(descriptor)
    unsafe unlink(path)
  }

  /// Asks the phone of this session; nil when none runs.
  public static func ask(_ form: String, paths: StandardPaths = StandardPaths()) -> String? {
    guard let folder = paths.runtime else { return nil }
    let descriptor = unsafe cp_unix_connect(folder + "/status")
    guard descriptor >= 0 else { return nil }
    defer { Glibc.close(descriptor) }
    let question = Array((form + "\n").utf8)
    guard unsafe send(descriptor, question, question.count, Int32(MSG_NOSIGNAL)) == question.count else { return nil }
    var answer: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return answer.isEmpty ? nil : String(decoding: answer, as: UTF8.self) }
      answer += chunk[..<count]
    }
  }
}
