import Glibc

/// An errno, with words for a person.
struct SystemError: Error, Hashable {
  let code: Int32

  /// The system's own sentence, without the program's name: `Address already in use`.
  var text: String {
    var buffer = [CChar](repeating: 0, count: 256)
    // The XSI form: it writes into the buffer, whatever the thread.
    _ = unsafe strerror_r(code, &buffer, buffer.count)
    let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return bytes.isEmpty ? "error \(code)" : String(decoding: bytes, as: UTF8.self)
  }

  /// What to say when a local socket could not be opened.
  func listening(_ what: String) -> String {
    switch code {
    case EADDRINUSE: "\(what) is taken by another program; choose another port under [network] listen"
    case EACCES: "\(what) may not be opened by this user; ports below 1024 need the administrator"
    case EADDRNOTAVAIL: "\(what) is not an address of this machine"
    case EMFILE, ENFILE: "\(what) could not be opened: too many files are open (see ulimit -n)"
    default: "\(what) could not be opened: \(text)"
    }
  }
}
