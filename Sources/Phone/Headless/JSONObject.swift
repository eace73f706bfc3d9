import SIPMessages

/// Collects the members of an object; a nil value leaves its member out.
struct JSONObject {
  private(set) var members: [JSONValue.Member] = []

  mutating func add(_ name: String, _ value: JSONValue?) {
    if let value { members.append(JSONValue.Member(name: name, value: value)) }
  }

  mutating func add(_ name: String, _ text: String?) { add(name, text.map { .string($0) }) }
  mutating func add(_ name: String, _ number: Int?) { add(name, number.map { .integer(Int64($0)) }) }
  mutating func add(_ name: String, _ truth: Bool?) { add(name, truth.map { .boolean($0) }) }

  var value: JSONValue { .object(members) }
}
