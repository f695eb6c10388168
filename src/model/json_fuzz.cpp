// What parse_json takes, write_json writes so that it reads back the same.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "model/json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley::model;
  const auto json = parse_json({reinterpret_cast<const char*>(data), size});
  if (!json) return 0;
  const std::string once = write_json(*json);
  const auto again = parse_json(once);
  if (!again || write_json(*again) != once) std::abort();
  return 0;
}
