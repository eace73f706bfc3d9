import Media
import Phone
import SIPMessages
import SansIO

extension PhoneWorld {
  func snapshot(_ index: Int) -> PhoneSnapshot { phones[index].snapshot }

  func state(_ index: Int, call: Int = 0) -> CallSnapshot.State? {
    let calls = snapshot(index).calls
    return calls.indices.contains(call) ? calls[call].state : nil
  }

  func records(_ index: Int) -> [CallRecord] {
    outputs[index].compactMap { if case .storage(.record(let record)) = $0 { record } else { nil } }
  }

  func media(_ index: Int) -> [MediaOrder] {
    outputs[index].compactMap { if case .media(let order) = $0 { order } else { nil } }
  }

  /// `open 1`, `shut 1`, in order.
  func microphone(_ index: Int) -> [String] {
    media(index).compactMap {
      if case .microphone(let stream, let isOpen) = $0 { "\(isOpen ? "open" : "shut") \(stream)" } else { nil }
    }
  }

  func tones(_ index: Int) -> [ToneProgram?] {
    media(index).compactMap { if case .tone(let program) = $0 { .some(program) } else { nil } }
  }

  func rings(_ index: Int) -> [ToneProgram?] {
    media(index).compactMap { if case .ring(let program) = $0 { .some(program) } else { nil } }
  }

  /// What the stream was told to run last.
  func run(_ index: Int, stream: UInt64) -> (parameters: MediaParameters, source: AudioSource)? {
    var last: (MediaParameters, AudioSource)?
    for case .run(let id, let parameters, let source) in media(index) where id.rawValue == stream { last = (parameters, source) }
    return last
  }

  func lines(_ index: Int) -> [String] {
    outputs[index].compactMap { if case .event(let event) = $0 { HeadlessFormat.line(event) } else { nil } }
  }

  func errors(_ index: Int) -> [String] {
    outputs[index].compactMap { if case .event(.error(let report)) = $0 { report.reason } else { nil } }
  }

  var hasFinished: [Bool] {
    outputs.map { $0.contains { if case .finished = $0 { true } else { false } } }
  }

  /// Requests that scripted peers received, by method.
  func requests(_ method: Method) -> [Request] {
    mail.compactMap { if case .request(let request) = $0, request.method == method { request } else { nil } }
  }

  var responses: [Response] {
    mail.compactMap { if case .response(let response) = $0 { response } else { nil } }
  }

  func statuses() -> [Int] { responses.map { $0.status.rawValue } }

  /// Phone `caller` dials `called`, who answers.
  mutating func connect(_ caller: Int, _ called: Int) {
    command(caller, .dial(Self.uri(called), account: nil))
    run(for: .milliseconds(200))
    command(called, .answer(nil))
    run(for: .milliseconds(200))
  }
}
