#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace parley::wire {

/// Every file of tests/corpus/`stem`, name and bytes, in the order of the names. Tests run in the
/// root of the source tree.
inline std::vector<std::pair<std::string, std::string>> corpus(const std::string& stem) {
  std::vector<std::pair<std::string, std::string>> files;
  for (const auto& entry : std::filesystem::directory_iterator("tests/corpus/" + stem)) {
    std::ifstream file(entry.path(), std::ios::binary);
    files.emplace_back(entry.path().filename(),
                       std::string(std::istreambuf_iterator<char>(file), {}));
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// One of them; fails the test when it is not there.
inline std::string corpus_file(const std::string& stem, const std::string& name) {
  for (const auto& [file, bytes] : corpus(stem))
    if (file == name) return bytes;
  ADD_FAILURE() << "no tests/corpus/" << stem << '/' << name;
  return {};
}

}  // namespace parley::wire
