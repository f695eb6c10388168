#include "wire/rtp_extension.hpp"

#include <algorithm>

#include "wire/token.hpp"

namespace parley::wire {
namespace {

constexpr std::uint8_t kPaddingId = 0;
constexpr std::uint8_t kReservedId = 15;
constexpr std::uint16_t kTwoByteMask = 0xFFF0;
constexpr std::uint8_t kVoiceBit = 0x80;

bool fits(ExtensionForm form, std::uint8_t id, std::size_t size) {
  if (id == kPaddingId) return false;
  if (form == ExtensionForm::two_byte) return size <= 255;
  return id < kReservedId && size >= 1 && size <= 16;
}

}  // namespace

ExtensionReader::ExtensionReader(const RtpExtensionBlock& block) : reader_(block.data) {
  if ((block.profile & kTwoByteMask) == kTwoByteProfile)
    form_ = ExtensionForm::two_byte;
  else if (block.profile != kOneByteProfile)
    reader_ = ByteReader({});
}

std::optional<ExtensionElement> ExtensionReader::next() {
  while (reader_.remaining() > 0) {
    const std::uint8_t first = reader_.u8();
    if (form_ == ExtensionForm::two_byte) {
      if (first == kPaddingId) continue;
      return take(first, reader_.u8());
    }
    const auto id = static_cast<std::uint8_t>(first >> 4);
    if (first == kPaddingId) continue;
    // An id of 0 with a length is padding that carries data: as unusable as the reserved id.
    if (id == kPaddingId || id == kReservedId) break;
    return take(id, (first & 0x0Fu) + 1);
  }
  reader_ = ByteReader({});
  return std::nullopt;
}

std::optional<ExtensionElement> ExtensionReader::take(std::uint8_t id, std::size_t size) {
  const ByteView data = reader_.bytes(size);
  if (!reader_.ok()) return std::nullopt;
  return ExtensionElement{id, data};
}

std::optional<ByteView> find_extension(const std::optional<RtpExtensionBlock>& block,
                                       std::uint8_t id) {
  if (!block) return std::nullopt;
  ExtensionReader reader(*block);
  while (const auto element = reader.next())
    if (element->id == id) return element->data;
  return std::nullopt;
}

bool ExtensionWriter::add(std::uint8_t id, ByteView data) {
  const std::size_t header = form_ == ExtensionForm::one_byte ? 1 : 2;
  if (!fits(form_, id, data.size()) || size_ + header + data.size() > kCapacity) return false;
  if (form_ == ExtensionForm::one_byte) {
    buffer_[size_++] = static_cast<std::uint8_t>(id << 4 | (data.size() - 1));
  } else {
    buffer_[size_++] = id;
    buffer_[size_++] = static_cast<std::uint8_t>(data.size());
  }
  std::copy(data.begin(), data.end(), buffer_.begin() + static_cast<std::ptrdiff_t>(size_));
  size_ += data.size();
  return true;
}

std::optional<RtpExtensionBlock> ExtensionWriter::block() const {
  if (size_ == 0) return std::nullopt;
  const std::size_t padded = (size_ + 3) / 4 * 4;
  const std::uint16_t profile =
      form_ == ExtensionForm::one_byte ? kOneByteProfile : kTwoByteProfile;
  return RtpExtensionBlock{profile, ByteView(buffer_).first(padded)};
}

std::optional<AudioLevel> read_audio_level(ByteView data) {
  if (data.size() != 1) return std::nullopt;
  return AudioLevel{.level = static_cast<std::uint8_t>(data[0] & ~kVoiceBit),
                    .voice = (data[0] & kVoiceBit) != 0};
}

std::array<std::uint8_t, 1> write_audio_level(const AudioLevel& level) {
  const std::uint8_t quietest = 127;
  return {
      static_cast<std::uint8_t>((level.voice ? kVoiceBit : 0) | std::min(level.level, quietest))};
}

std::optional<std::string_view> read_mid(ByteView data) {
  const std::string_view text = as_text(data);
  if (!is_token(text)) return std::nullopt;
  return text;
}

}  // namespace parley::wire
