import SIPMessages
import Testing

@Suite("Alert URNs (RFC 7462 section 7) and the Alert-Info field")
struct AlertURNTests {
  // Proves: rfc7462-7-1 rfc7462-9.3-1
  @Test("Labels are letters, digits and inner hyphens; a provider is one label more")
  func syntax() {
    for text in [
      "urn:alert:source:external", "urn:alert:service:recall:hold", "urn:alert:service:call-waiting:abc@example:xyz",
      "urn:alert:jkl@example:a1", "urn:alert:distinctive@foo:short-short@bar", "urn:alert:a:1",
      "urn:alert:a:" + String(repeating: "b", count: 63),
    ] {
      #expect(AlertURN(text)?.description == text)
    }
    for text in [
      "urn:alert:", "urn:alert", "urn:alert:source", "urn:alert:source:", "urn:alert::x", "urn:alert:source:-x",
      "urn:alert:source:x-",
      "urn:alert:source:x_y", "urn:alert:source:x.y", "urn:alert:source:x@", "urn:alert:source:@y", "urn:alert:source:x@y@z",
      "urn:alert:source:x@y.example", "urn:alert:source:ext%65rnal", "urn:alert:source:é", "urn:alert:source:a b",
      "urn:alert:source:ab--cd", "urn:alert:a:" + String(repeating: "b", count: 64),
      "urn:alert:" + String(repeating: "a:", count: 600) + "a",
      "urn:ietf:params:alert", "http://example.com/urn:alert:a:b", "",
    ] {
      #expect(AlertURN(text) == nil, "\(text)")
    }
  }

  // Proves: rfc7462-7-4
  @Test("A-labels are labels like others")
  func internationalLabels() {
    let urn = AlertURN("urn:alert:source:xn--mnchen-3ya:external")
    #expect(urn?.parts == ["source", "xn--mnchen-3ya", "external"])
    #expect(urn?.isRegistered == false)
  }

  // Proves: rfc7462-7-2
  @Test("Case makes no difference; registered names are sent as they are registered, others as they came")
  func letters() throws {
    let loud = try #require(AlertURN("URN:Alert:SOURCE:External"))
    #expect(loud == AlertURN("urn:alert:source:external"))
    #expect(Set([loud]).contains(.externalSource))
    #expect(loud.description == "urn:alert:source:external")
    #expect(AlertURN("urn:alert:Locale:Country:ZA")?.description == "urn:alert:locale:country:za")
    #expect(AlertURN("urn:alert:Source:External:VIP@Example")?.description == "urn:alert:Source:External:VIP@Example")
    var fields = HeaderFields()
    fields.append(alerts: [loud, .highPriority])
    #expect(fields.values(.alertInfo) == ["<urn:alert:source:external>", "<urn:alert:priority:high>"])
  }

  @Test("The registry is the table of section 9, with words for each entry and one default for each category")
  func registry() {
    #expect(AlertURN.registered.count == 20)
    #expect(AlertURN.registered.allSatisfy { $0.urn.isRegistered && !$0.words.isEmpty })
    let defaults = AlertURN.registered.filter { $0.isDefault }.map { $0.urn.category }
    #expect(defaults == ["service", "source", "priority", "duration", "delay", "locale"])
    #expect(AlertURN.country("ZA")?.country == "za")
    #expect(AlertURN("urn:alert:locale:country:zaf")?.isRegistered == false)
    #expect(AlertURN("urn:alert:service:recall")?.isRegistered == false)
    #expect(AlertURN("urn:alert:source:external:vip@example")?.isWithin(.externalSource) == true)
    #expect(AlertURN("urn:alert:source:externally")?.isWithin(.externalSource) == false)
  }

  // Proves: rfc8433-8-2 rfc8433-3-3 rfc8433-3-2
  @Test("Values of every kind stand side by side in several fields, and keep their order")
  func list() throws {
    var fields = HeaderFields()
    fields.append(name: .alertInfo, value: "<http://www.example.com/sound/moo.wav>, <urn:alert:service:call-waiting>;appearance=2")
    fields.append(
      name: .alertInfo, value: "<file://ring.pcm>;alert=external, urn:alert:Priority:HIGH;x=\"a b\", <urn:alert:source>, ,")
    fields.append(name: .alertInfo, value: "info=alert-internal")
    fields.append(name: .alertInfo, value: "Bellcore-dr2, <>, <<>>, \"<urn:alert:a:b")
    let list = fields.alertInfo
    #expect(list.urns.map(\.description) == ["urn:alert:service:call-waiting", "urn:alert:priority:high"])
    #expect(list.values.map(\.content)[0] == .uri(scheme: "http"))
    #expect(list.values[1].appearance == 2)
    #expect(list.values[2].vendorWords == ["external", "ring.pcm"])
    #expect(list.values[3].parameter("X") == nil && list.values[3].parameter("x") == "a b")
    #expect(list.values[4].content == .invalidAlert)
    #expect(list.values[5].vendorWords == ["alert-internal"])
    #expect(list.values[6].vendorWords == ["bellcore-dr2"])
    #expect(list.invalidCount == 1)
  }

  @Test("The words of vendors: Polycom, Snom, Yealink, Cisco and Grandstream write them in five places")
  func vendorWords() {
    func words(_ value: String) -> [String] {
      var fields = HeaderFields()
      fields.append(name: .alertInfo, value: value)
      return fields.alertInfo.values.flatMap(\.vendorWords)
    }
    #expect(words("<http://www.notused.com>;info=alert-external;x-line-id=0").contains("alert-external"))
    #expect(words(";info=alert-group") == ["alert-group"])
    #expect(words("info=alert-external") == ["alert-external"])
    #expect(words("<http://127.0.0.1/Bellcore-dr3>").contains("bellcore-dr3"))
    #expect(words("<Bellcore-dr4>") == ["bellcore-dr4"])
    #expect(words("Ring Answer") == ["ring answer"])
  }

  @Test("A thousand values, URNs of 4 KiB, empty fields and noise: the first 64 are kept, the rest is counted")
  func flood() {
    var fields = HeaderFields()
    for _ in 0..<10 {
      fields.append(name: .alertInfo, value: [String](repeating: "<urn:alert:source:external>", count: 100).joined(separator: ","))
    }
    #expect(fields.alertInfo.urns.count == 64)
    #expect(fields.alertInfo.surplus == 936)
    #expect(fields.alertInfo.invalidCount == 936)

    var long = HeaderFields()
    long.append(name: .alertInfo, value: "<urn:alert:source:" + String(repeating: "a", count: 4096) + ">")
    long.append(
      name: .alertInfo, value: "<urn:alert:" + String(repeating: "a:", count: 2048) + "a>;p=" + String(repeating: "q", count: 4096))
    long.append(name: .alertInfo, value: "")
    #expect(long.alertInfo.urns.isEmpty)
    #expect(long.alertInfo.invalidCount == 2)
    #expect(long.alertInfo.values.allSatisfy { $0.text.utf8.count <= 256 })
  }
}
