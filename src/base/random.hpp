#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace parley {

/// Randomness is a dependency: the operating system's generator in a server, a seeded one in a
/// test. Everything that must not be guessed (ids, ufrags, secrets) comes from here.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(MutableByteView out) = 0;

  std::uint32_t u32() { return integer<std::uint32_t>(); }
  std::uint64_t u64() { return integer<std::uint64_t>(); }

 private:
  template <class Integer>
  Integer integer() {
    std::uint8_t bytes[sizeof(Integer)];
    fill(bytes);
    Integer value = 0;
    for (const std::uint8_t byte : bytes) value = static_cast<Integer>(value << 8 | byte);
    return value;
  }
};

/// A repeatable generator for tests and simulations (splitmix64); never for secrets.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(MutableByteView out) override;

 private:
  std::uint64_t next();

  std::uint64_t state_;
};

}  // namespace parley
