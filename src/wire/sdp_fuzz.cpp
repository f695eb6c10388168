#include "wire/fuzz_targets_test_support.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  parley::wire::fuzz_sdp({data, size});
  return 0;
}
