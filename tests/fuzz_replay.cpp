// Stands in for libFuzzer where there is none: runs a harness on each seed of its folder, and on
// the seed's beginnings, since most parsers break where the bytes end.

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kBeginnings = 128;

/// The bytes lie alone in their memory, so that a sanitizer sees each read past their end.
void run(const std::string& seed, std::size_t size) {
  const std::unique_ptr<std::uint8_t[]> exact(new std::uint8_t[size]);
  std::copy_n(seed.begin(), size, exact.get());
  LLVMFuzzerTestOneInput(exact.get(), size);
}

void replay(const std::filesystem::path& path) {
  std::cerr << path.string() << std::endl;  // the last line of a run that a broken promise ended
  std::ifstream file(path, std::ios::binary);
  const std::string seed(std::istreambuf_iterator<char>(file), {});
  const std::size_t step = std::max<std::size_t>(1, seed.size() / kBeginnings);
  for (std::size_t size = 0; size < seed.size(); size += step) run(seed, size);
  run(seed, seed.size());
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path folder = argc == 2 ? argv[1] : "";
  std::vector<std::filesystem::path> seeds;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(folder, missing))
    seeds.push_back(entry.path());
  if (seeds.empty()) {
    std::cerr << "There is no seed in " << folder
              << ": put one valid input of the harness there.\n";
    return 1;
  }
  std::sort(seeds.begin(), seeds.end());
  std::for_each(seeds.begin(), seeds.end(), replay);
  return 0;
}
