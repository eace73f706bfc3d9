import CPlatform
import Glibc

/// A folder that is removed when the test is over, and programs that make things in it.
final class Workshop: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/offhook-test-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw WorkshopError(text: "no temporary folder") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    _ = try? Self.run("rm -rf '\(path)'")
  }

  @discardableResult
  static func run(_ command: String) throws -> String {
    var output = [CChar](repeating: 0, count: 65_536)
    let count = unsafe cp_run_command("{ \(command)\n} 2>&1", 60_000, &output, output.count)
    guard count >= 0 else { throw WorkshopError(text: "`\(command)` failed with \(count)") }
    return String(decoding: output.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  @discardableResult
  func run(_ command: String) throws -> String {
    try Self.run("cd '\(path)' && \(command)")
  }

  func file(_ name: String) -> String { path + "/" + name }

  func exists(_ name: String) -> Bool { unsafe access(file(name), F_OK) == 0 }

  func names() -> [String] {
    (try? run("ls -1"))?.split(separator: "\n").map(String.init) ?? []
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    guard let stream = unsafe fopen(file(name), "wb") else { throw WorkshopError(text: "cannot write \(name)") }
    _ = unsafe fwrite(bytes, 1, bytes.count, stream)
    unsafe fclose(stream)
  }

  func read(_ name: String) -> [UInt8] {
    guard let stream = unsafe fopen(file(name), "rb") else { return [] }
    defer { unsafe fclose(stream) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe fread(&chunk, 1, chunk.count, stream)
      if count == 0 { return bytes }
      bytes += chunk.prefix(count)
    }
  }
}

struct WorkshopError: Error {
  let text: String
}
