#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using MutableByteView = std::span<std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Bytes to_bytes(ByteView view) {
  return {view.begin(), view.end()};
}

/// Reads big-endian integers from the front of a view. After a read past the end, `ok()` is false
/// and every further read gives zeros, so a parser may read a whole header and check once.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : rest_(bytes) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(read(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(read(2)); }
  std::uint32_t u24() { return static_cast<std::uint32_t>(read(3)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(read(4)); }
  std::uint64_t u64() { return read(8); }
  ByteView bytes(std::size_t count);
  void skip(std::size_t count) { bytes(count); }

  ByteView rest() const { return rest_; }
  std::size_t remaining() const { return rest_.size(); }
  bool ok() const { return ok_; }

 private:
  std::uint64_t read(std::size_t count);

  ByteView rest_;
  bool ok_ = true;
};

/// Appends big-endian integers and bytes to a growing buffer.
class ByteWriter {
 public:
  void u8(std::uint8_t value) { bytes_.push_back(value); }
  void u16(std::uint16_t value) { write(value, 2); }
  void u24(std::uint32_t value) { write(value, 3); }
  void u32(std::uint32_t value) { write(value, 4); }
  void u64(std::uint64_t value) { write(value, 8); }
  void bytes(ByteView view) { bytes_.insert(bytes_.end(), view.begin(), view.end()); }
  /// Overwrites two bytes written before, e.g. a length known only at the end.
  void patch_u16(std::size_t offset, std::uint16_t value);

  std::size_t size() const { return bytes_.size(); }
  ByteView view() const { return bytes_; }
  Bytes take() { return std::move(bytes_); }

 private:
  void write(std::uint64_t value, std::size_t count);

  Bytes bytes_;
};

/// Lower-case hexadecimal, two digits a byte.
std::string to_hex(ByteView bytes);
/// Accepts both cases; nullopt on an odd length or another character.
std::optional<Bytes> from_hex(std::string_view text);

/// RFC 4648 §4 with padding, and §5 (URL-safe alphabet) without it.
std::string to_base64(ByteView bytes);
std::string to_base64url(ByteView bytes);
/// Strict decoders of the two forms above; nullopt on any other character or a wrong length.
std::optional<Bytes> from_base64(std::string_view text);
std::optional<Bytes> from_base64url(std::string_view text);

}  // namespace parley
