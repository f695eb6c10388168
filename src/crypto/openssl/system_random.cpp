#include "crypto/system_random.hpp"

#include <openssl/rand.h>

#include "crypto/openssl/handles.hpp"

namespace parley::crypto {

void SystemRandom::fill(MutableByteView out) {
  must(RAND_bytes(out.data(), static_cast<int>(out.size())) == 1, "get random bytes");
}

}  // namespace parley::crypto
