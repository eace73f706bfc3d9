import Phone
import PhoneSystem

extension LogFile {
  /// Writes down what happened, in the headless mode's words; the once-a-second figures of a call are left out.
  func note(_ event: PhoneEvent) {
    if case .media(let report) = event, case .statistics = report.change { return }
    write(HeadlessFormat.line(event))
  }
}
