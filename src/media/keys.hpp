#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "wire/telephone_event.hpp"

namespace parley::media {

/// A telephone key by its event code (RFC 4733 §3.2), which is Graph's `tone` value too: 0 to 9 the
/// digits, 10 star, 11 pound, 12 to 15 A to D, 16 flash.
enum class Key : std::uint8_t { digit0 = 0, star = 10, pound = 11, a = 12, d = 15, flash = 16 };

/// nullopt for an event that is no key (fax tones and the like).
constexpr std::optional<Key> key_of_event(std::uint8_t code) {
  return code <= wire::kLastTelephoneEvent ? std::optional(static_cast<Key>(code)) : std::nullopt;
}

/// '0'-'9', '*', '#', 'A'-'D' in either case.
inline std::optional<Key> key_of_char(char c) {
  const auto event = wire::event_of(c);
  return event ? key_of_event(*event) : std::nullopt;
}

/// One to four keys in a row: a stop tone of a recording, or what was pressed last.
class KeySequence {
 public:
  static constexpr std::size_t kMaxKeys = 4;

  /// "#", "1", "*9"; nullopt when empty, longer than four keys, or with another character.
  static std::optional<KeySequence> parse(std::string_view text) {
    if (text.empty() || text.size() > kMaxKeys) return std::nullopt;
    KeySequence keys;
    for (const char c : text) {
      const auto key = key_of_char(c);
      if (!key) return std::nullopt;
      keys.push(*key);
    }
    return keys;
  }

  /// Appends; the oldest of more than four is forgotten.
  constexpr void push(Key key) {
    if (size_ == kMaxKeys) {
      for (std::size_t i = 1; i < kMaxKeys; ++i) keys_[i - 1] = keys_[i];
      --size_;
    }
    keys_[size_++] = key;
  }

  constexpr bool ends_with(const KeySequence& tail) const {
    if (tail.size_ == 0 || tail.size_ > size_) return false;
    for (std::size_t i = 0; i < tail.size_; ++i)
      if (keys_[size_ - tail.size_ + i] != tail.keys_[i]) return false;
    return true;
  }

  constexpr std::size_t size() const { return size_; }

 private:
  std::array<Key, kMaxKeys> keys_{};
  std::size_t size_ = 0;
};

}  // namespace parley::media
