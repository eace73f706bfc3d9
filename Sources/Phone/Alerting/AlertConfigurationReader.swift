/// Reads `[alerts]`, in the configuration and in files of signals.
enum AlertConfigurationReader {
  static func read(_ table: inout TableReader, _ problems: inout [ConfigurationProblem]) -> AlertConfiguration {
    var alerts = AlertConfiguration()
    if let heed = table.string("heed") {
      if let known = AlertConfiguration.Heed(rawValue: heed.value) {
        alerts.heed = known
      } else {
        table.report(.error, at: heed.position, "`heed` must be \"anyone\", \"server\" or \"nobody\"")
      }
    }
    alerts.tellsCallWaiting = table.boolean("tell_call_waiting") ?? false
    alerts.risesInVolume = table.boolean("rise") ?? true
    alerts.replacesBuiltIn = table.boolean("replace") ?? false
    alerts.file = table.string("file")?.value
    alerts.signals = AlertSignalReader.read(&table, &problems).flatMap { $0.spreadOverCountries }
    return alerts
  }

  /// A file that holds `[alerts]` and nothing else.
  static func parse(_ bytes: [UInt8], file: String) -> (AlertConfiguration, [ConfigurationProblem]) {
    var alerts = AlertConfiguration()
    var problems: [ConfigurationProblem] = []
    do throws(TOMLDocument.Failure) {
      let root = try TOMLDocument.parse(bytes)
      if case .table(let entries) = root.content {
        var reader = TableReader(file: file, name: "", entries: entries)
        if var table = reader.table("alerts") {
          alerts = read(&table, &problems)
          table.finish(into: &problems)
        }
        reader.finish(into: &problems)
      }
    } catch {
      let message = DisplayText.bounded(error.message, to: 300) ?? ""
      problems.append(
        ConfigurationProblem(.error, file: file, line: error.position.line, column: error.position.column, message: message))
    }
    problems.sort { ($0.line, $0.column, $0.message) < ($1.line, $1.column, $1.message) }
    return (alerts, problems)
  }
}
