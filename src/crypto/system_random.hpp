#pragma once

#include "base/random.hpp"

namespace parley::crypto {

/// The operating system's generator, through OpenSSL's. Aborts the process when there is none:
/// nothing that follows could be safe.
class SystemRandom final : public Random {
 public:
  void fill(MutableByteView out) override;
};

}  // namespace parley::crypto
