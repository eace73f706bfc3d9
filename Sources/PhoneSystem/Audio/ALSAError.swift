import CALSA
import Glibc

/// What ALSA refused to do, with words for a person.
struct ALSAError: Error, Hashable {
  /// A negative errno.
  let code: Int32
  let device: String
  let isPlayback: Bool

  /// True when another program, or our own last use of it, may let go of it any moment.
  var isBusy: Bool { -code == EBUSY }

  var sentence: String {
    let setting = isPlayback ? "playback" : "capture"
    let lister = isPlayback ? "aplay -L" : "arecord -L"
    switch -code {
    case ENOENT: return "there is no sound device \(device); see `\(lister)` and [audio] \(setting)"
    case ENODEV, ENXIO, EIO, EBADFD: return "the sound device \(device) is gone; it is tried again every second"
    case EBUSY: return "the sound device \(device) is in use by another program"
    case EACCES, EPERM: return "the sound device \(device) may not be opened by this user, who is perhaps not in the group audio"
    case EINVAL: return "the sound device \(device) offers neither mono nor stereo with 16 bits; see [audio] \(setting)"
    default:
      let words = unsafe snd_strerror(code).map { unsafe String(cString: $0) } ?? "error \(-code)"
      return "the sound device \(device) does not work: \(words)"
    }
  }
}
