import Phone
import SIPMessages
import SansIO
import Testing

@testable import PhoneTUI

@Suite("Whole screens of 80x24 as text: calls")
struct WholeCallScreenTests {
  @Test("Screen 2: who calls, who says so, how long it rings and what answering means")
  func incoming() {
    var stage = Stage()
    var snapshot = Cast.idle()
    snapshot.calls = [Cast.ringing(at: stage.now)]
    stage.show(snapshot)
    stage.wait(.seconds(6))
    #expect(
      stage.text == """

          ┌─ INCOMING CALL for line 1 ──────────────────────────────── ringing 0:06 ─┐
          │                                                                          │
          │   Clara Weiss                                          +49 89 777 0101   │
          │   your contact     last call: today 13:51, 12:41                         │
          │                                                                          │
          │   WHO     ✓ CHECKED by this phone: the number is really theirs.          │
          │           The name above is from your contacts, by that address.         │
          │   FROM    sip:+49897770101@example.com                                   │
          │   FOR     alice@example.com                                              │
          │   ANSWER  Answering opens your microphone. With m it stays shut until    │
          │           you open it.                                                   │
          │                                                                          │
          └──────────────────────────────────────────────────────────────────────────┘

             a Answer     m Answer, mic shut     s Silence     x Reject (busy)



        ────────────────────────────────────────────────────────────────────────────────
         14:07:00  Network changed. Both flows back in 2 s. No call lost.


         a Answer  m Answer, mic shut  s Silence  x Reject  w Why  t Trace       ? Help
        """)
  }

  @Test("Screen 2: how the call wants to be signalled, in words and by the names that said so; in the banner by the words")
  func alert() throws {
    var stage = Stage()
    var snapshot = Cast.idle()
    snapshot.calls = [Cast.ringing(at: stage.now)]
    let urns = [AlertURN.highPriority, .externalSource]
    snapshot.calls[0].alert = AlertDescription(urns: urns, words: "URGENT, from outside", light: .red)
    stage.show(snapshot)
    #expect(
      stage.text.contains("│   ALERT   URGENT, from outside          priority:high  source:external   │"), "\(stage.text)")
    snapshot.calls[0].alert = AlertDescription(
      urns: urns + [.internalSource, .friend, .family], words: "URGENT, from outside, still on hold", light: .red, ignored: 2)
    stage.show(snapshot)
    #expect(stage.text.contains("│   ALERT   URGENT, from outside, still on hold"), "\(stage.text)")
    #expect(stage.text.contains("│           priority:high  source:external  source:internal  "), "\(stage.text)")
    #expect(stage.text.contains("2 wishes were not understood and passed over"), "\(stage.text)")
    // Another screen: the banner says it.
    stage.type("t")
    #expect(stage.text.contains("RINGING 0:00  Clara Weiss  URGENT, from"), "\(stage.text)")
  }

  @Test("Screen 2: a name that only the caller vouches for is called that")
  func stranger() {
    var stage = Stage()
    var snapshot = Cast.idle()
    snapshot.calls = [Cast.ringing(1, Cast.stranger, at: stage.now)]
    stage.show(snapshot)
    #expect(
      stage.text == """

          ┌─ INCOMING CALL for line 1 ──────────────────────────────── ringing 0:00 ─┐
          │                                                                          │
          │   Bank security                                   mallory@evil.example   │
          │   not in your contacts     no earlier call in the history                │
          │                                                                          │
          │   WHO     ✗ SAID BY THE CALLER ONLY: anybody can write that.             │
          │   FROM    sip:mallory@evil.example                                       │
          │   FOR     alice@example.com                                              │
          │   ANSWER  Answering opens your microphone. With m it stays shut until    │
          │           you open it.                                                   │
          │                                                                          │
          └──────────────────────────────────────────────────────────────────────────┘

             a Answer     m Answer, mic shut     s Silence     x Reject (busy)




        ────────────────────────────────────────────────────────────────────────────────
         14:07:00  Network changed. Both flows back in 2 s. No call lost.


         a Answer  m Answer, mic shut  s Silence  x Reject  w Why  t Trace       ? Help
        """)
  }

  @Test("Screen 3: two calls, the microphone in plain words, quality with its course")
  func active() {
    var stage = Stage()
    var snapshot = Cast.idle()
    var held = Cast.talking(2, Cast.bob, at: stage.now)
    held.state = .held
    held.isMicrophoneOpen = false
    snapshot.selectedCall = CallID(1)
    for second in 1...20 {
      snapshot.calls = [Cast.talking(at: stage.now, statistics: Cast.statistics(UInt64(second), lost: second > 10 ? 5 : 0)), held]
      if second > 1 { snapshot.calls[0].answeredAt = held.answeredAt }
      stage.show(snapshot)
      stage.wait(.seconds(1))
    }
    #expect(
      stage.text == """
         ▶ 1  Clara Weiss  +49 89 777 0101   ✓ checked here            TALKING     0:20
           2  Bob Baker  202                 ~ said by provider           HELD     0:20
        ────────────────────────────────────────────────────────────────────────────────

           Microphone OPEN  Clara Weiss hears you
           Quality    GOOD  nothing to complain about

                      now      worst    last minute
           Loss in    0.0 %    9.1 %      ▁▁▁▁▁▁▁▁▁▁▇▁▁▁▁▁▁▁▁▁  what you hear
           Loss out   0.0 %    0.0 %      ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁  what they hear
           Jitter     4 ms     4 ms       ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁
           Delay      48 ms    48 ms      ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂  there and back

           Mic        ▮▮▮▮▮▮▮▮▮▮▮▮▮▯▯▯▯▯▯▯  -21 dB
           Speaker    ▮▮▮▮▮▮▮▮▮▮▯▯▯▯▯▯▯▯▯▯  -30 dB

           Codec      PCMU 8 kHz
           Address    sip:+49897770101@example.com
           From       alice@example.com
        ────────────────────────────────────────────────────────────────────────────────
         14:07:00  Network changed. Both flows back in 2 s. No call lost.
         Digits: Tab, then type them

         m Mute  h Hold  Del Hang up Clara Weiss  Tab Digits  w Swap  x Transfer ? Help
        """)
  }

  @Test("Screen 3 with a second call that rings: the banner says what answering does")
  func waiting() {
    var stage = Stage()
    var snapshot = Cast.idle()
    snapshot.calls = [Cast.talking(1, Cast.bob, at: stage.now)]
    snapshot.selectedCall = CallID(1)
    stage.show(snapshot)
    stage.wait(.seconds(61))
    snapshot.calls.append(Cast.ringing(2, at: stage.now))
    stage.show(snapshot)
    stage.wait(.seconds(2))
    #expect(
      stage.text == """
         RINGING 0:02  Clara Weiss  +49 89 777 0101       a Answer  x Reject  s Silence
            ✓ checked here.  Answering puts Bob Baker on hold.
        ────────────────────────────────────────────────────────────────────────────────
         ▶ 1  Bob Baker  202                 ~ said by provider        TALKING     1:03
           2  Clara Weiss  +49 89 777 0101   ✓ checked here            RINGING     0:02
        ────────────────────────────────────────────────────────────────────────────────
           Microphone OPEN  Bob Baker hears you
           Quality    not known yet
                      now      worst    last minute
           Loss in    -        -                                what you hear
           Loss out   -        -                                they have not said yet
           Jitter     -        -
           Delay      -        -                                not measured yet
           Mic        ▯▯▯▯▯▯▯▯▯▯▯▯▯▯▯▯▯▯▯▯  silent
           Speaker    ▯▯▯▯▯▯▯▯▯▯▯▯▯▯▯▯▯▯▯▯  silent
           Codec      PCMU 8 kHz
           Address    sip:bob@example.com
           From       alice@example.com

        ────────────────────────────────────────────────────────────────────────────────
         14:07:00  Network changed. Both flows back in 2 s. No call lost.
         Digits: Tab, then type them

         a Answer  x Reject  m Mute  h Hold  Del Hang up Bob Baker  Tab Digits   ? Help
        """)
  }

  @Test("Leaving during a call is a question that names the call")
  func quit() {
    var stage = Stage()
    var snapshot = Cast.idle()
    snapshot.calls = [Cast.talking(at: stage.now)]
    snapshot.selectedCall = CallID(1)
    stage.show(snapshot)
    stage.press(.character("q"))
    #expect(
      stage.text == """
         ▶ 1  Clara Weiss  +49 89 777 0101   ✓ checked here            TALKING     0:00
        ────────────────────────────────────────────────────────────────────────────────

           Microphone OPEN  Clara Weiss hears you
           Quality    not known yet

                      now      worst    last minute
           Loss i┌─ LEAVE THE PHONE? ─────────────────────────────────────────┐
           Loss o│                                                            │aid yet
           Jitter│  Clara Weiss  TALKING                                      │
           Delay │  Quitting hangs up this call.                              │t
                 │                                                            │
           Mic   │  y Hang up and quit   Esc Stay                             │
           Speake│                                                            │
                 └────────────────────────────────────────────────────────────┘
           Codec      PCMU 8 kHz
           Address    sip:+49897770101@example.com
           From       alice@example.com

        ────────────────────────────────────────────────────────────────────────────────
         14:07:00  Network changed. Both flows back in 2 s. No call lost.


         y Quit  Esc Stay
        """)
  }

  @Test("Below 60x15 the mini view still says whether the microphone is open")
  func mini() {
    var stage = Stage(columns: 30, rows: 4)
    var snapshot = Cast.idle()
    snapshot.calls = [Cast.talking(at: stage.now)]
    snapshot.selectedCall = CallID(1)
    stage.show(snapshot)
    stage.wait(.seconds(65))
    #expect(
      stage.text == """
        TALKING 1:05 Clara Weiss
        mic OPEN
        m Mute h Hold Del Hang up

        """)
  }
}
