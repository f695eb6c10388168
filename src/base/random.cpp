#include "base/random.hpp"

namespace parley {

std::uint64_t SeededRandom::next() {
  state_ += 0x9E3779B97F4A7C15u;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

void SeededRandom::fill(MutableByteView out) {
  for (std::size_t i = 0; i < out.size(); i += 8) {
    std::uint64_t word = next();
    for (std::size_t j = i; j < std::min(i + 8, out.size()); ++j, word >>= 8)
      out[j] = static_cast<std::uint8_t>(word);
  }
}

}  // namespace parley
