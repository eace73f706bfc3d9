import Phone
import SansIO
import Testing

@testable import PhoneTUI

@Suite("Screen 5: who is connected")
struct IdentityScreenTests {
  private func call(_ stage: Stage, changed: Bool = true) -> CallSnapshot {
    var call = Cast.talking(1, Cast.clara, at: stage.now)
    let at = stage.now.wallTime
    call.timeline = [
      TimelineEntry(at: at, kind: .dialled, name: nil, address: "201"),
      TimelineEntry(at: at, kind: .answered, name: "Reception", address: "201", trust: .saidByProvider, source: .assertedIdentity),
      TimelineEntry(at: at, kind: .heldByThem),
      TimelineEntry(
        at: at, kind: .claimed, name: "Bank security", trust: .saidByPeer, source: .from,
        note: "not shown as the name: nobody vouched for it"),
    ]
    guard changed else { return call }
    call.timeline.append(
      TimelineEntry(
        at: at, kind: .changed, name: "Clara Weiss", address: "+49 89 777 0101", trust: .checkedHere, source: .signature))
    let was = PeerSnapshot(name: "Reception", nameIsOurs: true, address: "201", uri: "sip:201@example.com", trust: .saidByProvider)
    call.identityChange = IdentityChange(was: was, now: Cast.clara, at: at, why: "Reception transferred you")
    return call
  }

  @Test("A change in mid-call stands on the screen until it is put away, with who it was and how the phone knows")
  func change() {
    var stage = Stage()
    var snapshot = Cast.idle()
    snapshot.calls = [call(stage, changed: false)]
    stage.show(snapshot)
    #expect(!stage.text.contains("SOMEBODY ELSE"))
    snapshot.calls = [call(stage)]
    stage.show(snapshot)
    let text = stage.text
    #expect(text.contains("YOU ARE NOW TALKING TO SOMEBODY ELSE"))
    for row in [
      "was   Reception   201", "said by your provider", "now   Clara Weiss   +49 89 777 0101", "checked by this phone",
      "why   Reception transferred you", "WHO WAS ON THIS CALL", "you dialled", "“Bank security”", "display text only",
      "held by them",
    ] {
      #expect(text.contains(row), "\(row) in\n\(text)")
    }
    stage.press(.escape)
    #expect(!stage.text.contains("SOMEBODY ELSE") && stage.text.contains("Quality"))
    // Put away once; the next one is shown again.
    stage.show(snapshot)
    #expect(!stage.text.contains("SOMEBODY ELSE"))
    snapshot.calls[0].identityChange?.at = WallTime(secondsSince1970: stage.now.wallTime.secondsSince1970 + 9)
    stage.show(snapshot)
    #expect(stage.text.contains("SOMEBODY ELSE"))
    #expect(stage.takeCommands().isEmpty)
  }

  @Test("i shows at any time who was on the call, and takes it away again")
  func people() {
    var stage = Stage()
    var snapshot = Cast.idle()
    snapshot.calls = [call(stage, changed: false)]
    stage.show(snapshot)
    stage.press(.character("i"))
    #expect(stage.text.contains("WHO WAS ON THIS CALL"))
    stage.press(.character("i"))
    #expect(!stage.text.contains("WHO WAS ON THIS CALL"))
  }

  @Test("An incoming call says what is wrong with its name, its signature and its way")
  func incoming() {
    var stage = Stage()
    var peer = Cast.stranger
    peer.imitates = "Clara Weiss"
    peer.verification = CallerVerification(state: .failed, fault: "it has expired")
    var call = Cast.ringing(1, peer, at: stage.now)
    call.sentOn = SentOn(name: "Reception (201)", reason: "no answer", isSaidByProvider: true)
    call.isDowngraded = true
    call.subject = "lunch on Tuesday"
    var snapshot = Cast.idle()
    snapshot.calls = [call]
    stage.show(snapshot)
    for row in [
      "looks like your contact Clara Weiss", "Reception (201), no answer, sent on to you", "it has expired",
      "NOT SECURE: sips: was called", "lunch on Tuesday (the caller says)",
    ] {
      #expect(stage.text.contains(row), "\(row) in\n\(stage.text)")
    }
  }

  @Test("A verified caller: who signed, when and how well it knows the caller")
  func verified() {
    var stage = Stage()
    var peer = Cast.clara
    peer.source = .signature
    peer.verification = CallerVerification(
      state: .good, signer: "telco.example", attestation: .full,
      signedAt: WallTime(secondsSince1970: stage.now.wallTime.secondsSince1970 - 2))
    var snapshot = Cast.idle()
    snapshot.calls = [Cast.ringing(1, peer, at: stage.now)]
    stage.show(snapshot)
    for row in ["NUMBER VERIFIED by this phone", "attestation A (full", "Signed 2 s ago by telco.example"] {
      #expect(stage.text.contains(row), "\(row) in\n\(stage.text)")
    }
  }

  @Test("A signature that does not hold is called that in the list; who we are ourselves has the room of the mark that it lacks")
  func rows() {
    var stage = Stage()
    var call = Cast.talking(1, Cast.clara, at: stage.now)
    let at = stage.now.wallTime
    call.timeline = [
      TimelineEntry(at: at, kind: .notVerified, name: "Dr. Berg", address: "+12155550152", trust: .saidByPeer, source: .signature),
      TimelineEntry(at: at, kind: .presented, name: "Front Office", address: "sip:front.office@example.com"),
    ]
    call.presented = "Front Office, sip:front.office@example.com"
    var snapshot = Cast.idle()
    snapshot.calls = [call]
    stage.show(snapshot)
    #expect(stage.text.contains("are Front Office, sip:front.office@example.com to them"), "\(stage.text)")
    stage.press(.character("i"))
    for row in ["does not hold", "you are now     Front Office  sip:front.office@example.com"] {
      #expect(stage.text.contains(row), "\(row) in\n\(stage.text)")
    }
  }

  @Test("I begins the command that makes us another, for this call")
  func beAnother() {
    var stage = Stage()
    var snapshot = Cast.idle()
    snapshot.calls = [call(stage, changed: false)]
    stage.show(snapshot)
    stage.press(.character("I"))
    #expect(stage.text.contains(":identify 1") && stage.text.contains("is told that you are"), "\(stage.text)")
  }
}
