import SIPMessages
import SansIO

/// Who is there, in the headless mode's words.
extension HeadlessFormat {
  static func add(_ report: IdentityReport, to object: inout JSONObject) {
    object.add("state", report.entry.kind.rawValue)
    object.add("peer", report.peer.uri)
    object.add("address", report.peer.address)
    object.add("name", report.peer.name)
    object.add("trust", word(report.peer.trust))
    object.add("source", report.entry.source?.rawValue)
    // What was claimed is not what is shown.
    if report.entry.kind == .claimed { object.add("claimed", report.entry.name) }
    if report.entry.kind == .presented {
      object.add("presented", report.entry.address)
      object.add("presented_name", report.entry.name)
    }
    object.add("was", report.was?.uri)
    object.add("was_name", report.was?.name)
    object.add("imitates", report.peer.imitates)
    object.add("note", report.entry.note)
    object.add("time", Int(clamping: report.entry.at.secondsSince1970))
    add(report.peer.verification, to: &object)
  }

  static func add(_ verification: CallerVerification?, to object: inout JSONObject) {
    guard let verification else { return }
    guard verification.certified == nil else {
      object.add("certificate", verification.certified?.rawValue)
      return
    }
    object.add("signature", verification.state.rawValue)
    object.add("signer", verification.signer)
    object.add("attestation", verification.attestation?.rawValue)
    object.add("signed", verification.signedAt.map { Int(clamping: $0.secondsSince1970) })
    object.add("fault", verification.fault)
    object.add("diverted", verification.diverted.isEmpty ? nil : .array(verification.diverted.map { .string($0) }))
  }
}

extension TimelineEntry {
  var json: JSONValue {
    var object = JSONObject()
    object.add("time", Int(clamping: at.secondsSince1970))
    object.add("state", kind.rawValue)
    object.add("name", name)
    object.add("address", address)
    object.add("trust", trust.map { HeadlessFormat.word($0) })
    object.add("source", source?.rawValue)
    object.add("note", note)
    return object.value
  }

  /// nil for an entry that a later version wrote in a way that this one does not know.
  init?(_ json: JSONValue) {
    guard let seconds = json["time"]?.integer, let kind = json["state"]?.string.flatMap(Kind.init(rawValue:)) else { return nil }
    self.init(
      at: WallTime(secondsSince1970: seconds), kind: kind, name: json["name"]?.string, address: json["address"]?.string,
      trust: json["trust"]?.string.flatMap { word in IdentityTrust.allCases.first { HeadlessFormat.word($0) == word } },
      source: json["source"]?.string.flatMap(IdentitySource.init(rawValue:)), note: json["note"]?.string)
  }

  /// A timeline as one line of text, for storage.
  public static func text(_ timeline: [TimelineEntry]) -> String { JSONValue.array(timeline.map(\.json)).text }

  /// What `text` wrote; entries that cannot be read are left out.
  public static func timeline(_ text: String) -> [TimelineEntry] {
    guard let json = try? JSONValue(parsing: Array(text.utf8), limits: JSONLimits(bytes: 65_536, values: 4096)),
      case .array(let entries) = json
    else { return [] }
    return entries.prefix(CallIdentity.longestTimeline).compactMap { TimelineEntry($0) }
  }
}
