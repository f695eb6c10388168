#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "wire/rtp.hpp"

/// RTP header extension elements, RFC 8285: both forms, read and written; and the elements we use.
namespace parley::wire {

enum class ExtensionForm : std::uint8_t { one_byte, two_byte };

/// RFC 8285 §4.2 and §4.3. The low four bits of the two-byte profile are the application's.
inline constexpr std::uint16_t kOneByteProfile = 0xBEDE;
inline constexpr std::uint16_t kTwoByteProfile = 0x1000;

inline constexpr std::string_view kAudioLevelUri = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
inline constexpr std::string_view kMidUri = "urn:ietf:params:rtp-hdrext:sdes:mid";

/// One element. `id` is the number that SDP's extmap gave a URI: 1 to 14, or 1 to 255 in the
/// two-byte form. `data` is 1 to 16 bytes, or 0 to 255.
struct ExtensionElement {
  std::uint8_t id = 0;
  ByteView data;
};

/// Walks the elements of a block. Padding is skipped; an element that passes the end, the reserved
/// id 15 of the one-byte form and an unknown profile end the walk, what came before them stands
/// (§4.2).
class ExtensionReader {
 public:
  explicit ExtensionReader(const RtpExtensionBlock& block);

  std::optional<ExtensionElement> next();

 private:
  std::optional<ExtensionElement> take(std::uint8_t id, std::size_t size);

  ExtensionForm form_ = ExtensionForm::one_byte;
  ByteReader reader_;
};

/// The data of the first element with that id.
std::optional<ByteView> find_extension(const std::optional<RtpExtensionBlock>& block,
                                       std::uint8_t id);

/// Collects elements for `write_rtp_header`, in a fixed buffer.
class ExtensionWriter {
 public:
  /// Room for what one packet carries: level, mid, a sequence number, and as much again.
  static constexpr std::size_t kCapacity = 128;

  explicit ExtensionWriter(ExtensionForm form = ExtensionForm::one_byte) : form_(form) {}

  /// False, and nothing is written, when the id or the size does not fit the form, or the buffer is
  /// full.
  bool add(std::uint8_t id, ByteView data);
  /// The padded block, looking into this writer; nullopt when there is no element.
  std::optional<RtpExtensionBlock> block() const;

 private:
  ExtensionForm form_;
  std::array<std::uint8_t, kCapacity> buffer_{};
  std::size_t size_ = 0;
};

/// RFC 6464 §3: how loud the packet's audio is, and whether its sender believes it is speech.
struct AudioLevel {
  std::uint8_t level = 127;  ///< -dBov: 0 is the loudest, 127 is silence
  bool voice = false;

  friend bool operator==(const AudioLevel&, const AudioLevel&) = default;
};

std::optional<AudioLevel> read_audio_level(ByteView data);
std::array<std::uint8_t, 1> write_audio_level(const AudioLevel& level);

/// RFC 9143 §15.2, RFC 7941: the identification tag of the m-section. nullopt unless it is a token
/// of RFC 8866 §9.
std::optional<std::string_view> read_mid(ByteView data);

}  // namespace parley::wire
