// The request bodies that Graph's documentation publishes are taken by our readers, except those
// that refused_examples.txt names with the reason.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>

#include "model/graph_types.hpp"

namespace parley::model {
namespace {

namespace fs = std::filesystem;

using Reader = std::function<std::optional<std::string>(const Json&, Dialect)>;  ///< the refusal

template <class T>
Reader reader() {
  return [](const Json& json, Dialect dialect) -> std::optional<std::string> {
    const auto request = read_request<T>(json, dialect);
    if (request.ok()) return std::nullopt;
    return request.error().message();
  };
}

const std::map<std::string, Reader>& readers() {
  static const std::map<std::string, Reader> table = {
      {"answer", reader<AnswerRequest>()},
      {"reject", reader<RejectRequest>()},
      {"playPrompt", reader<PlayPromptRequest>()},
      {"record", reader<RecordResponseRequest>()},
      {"recordResponse", reader<RecordResponseRequest>()},
      {"subscribeToTone", reader<SubscribeToToneRequest>()},
      {"cancelMediaProcessing", reader<CancelMediaProcessingRequest>()},
      {"mute", reader<MuteRequest>()},
      {"unmute", reader<MuteRequest>()},
  };
  return table;
}

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

fs::path examples() {
  const char* folder = std::getenv("PARLEY_GRAPH_CONTRACT");
  return fs::path(folder ? folder : "../shared/graph") / "examples";
}

Dialect dialect_of(const std::string& file) {
  if (file.starts_with("beta-2019-04.")) return Dialect::app_2019;
  return file.starts_with("beta.") ? Dialect::beta : Dialect::v1_0;
}

/// "answer" of "beta-2019-04.answer.request.01.json"; empty where it is no request.
std::string operation_of(const std::string& file) {
  const std::size_t end = file.find(".request.");
  if (end == std::string::npos) return {};
  return file.substr(file.rfind('.', end - 1) + 1, end - file.rfind('.', end - 1) - 1);
}

/// Skips a test without the examples; with CI=true nothing may be skipped.
#define REQUIRE_EXAMPLES()                                                            \
  if (!fs::is_directory(examples())) {                                                \
    const char* ci = std::getenv("CI");                                               \
    ASSERT_FALSE(ci&& std::string(ci) == "true") << "no examples in " << examples();  \
    GTEST_SKIP() << "no examples in " << examples() << ": set PARLEY_GRAPH_CONTRACT"; \
  }

std::map<std::string, std::string> refused_examples() {
  std::map<std::string, std::string> refused;
  std::ifstream list("tests/contract/refused_examples.txt");
  EXPECT_TRUE(list) << "run from the repository's root";
  for (std::string line; std::getline(list, line);) {
    const std::size_t gap = line.find("  ");
    if (line.starts_with('#') || line.empty()) continue;
    EXPECT_NE(gap, std::string::npos) << "no reason: " << line;
    refused[line.substr(0, gap)] = line.substr(gap);
  }
  return refused;
}

/// The refusal of one example by its reader, nullopt if it is taken.
std::optional<std::string> refusal(const fs::path& path, const Reader& read) {
  const std::string file = path.filename();
  const fs::path repaired = path.parent_path() / "repaired" / file;
  const auto json = parse_json(contents(fs::exists(repaired) ? repaired : path));
  if (!json.ok()) return json.error().message;
  return read(*json, dialect_of(file));
}

TEST(RecordedRequests, AreTakenOrListed) {
  REQUIRE_EXAMPLES();
  auto refused = refused_examples();
  std::map<std::string, int> seen;
  for (const auto& entry : fs::directory_iterator(examples())) {
    const std::string file = entry.path().filename();
    const auto read = readers().find(operation_of(file));
    if (read == readers().end()) continue;
    ++seen[read->first];
    const auto error = refusal(entry.path(), read->second);
    const bool listed = refused.erase(file) > 0;
    EXPECT_EQ(error.has_value(), listed) << file << ": " << error.value_or("taken, though listed");
  }
  for (const auto& [file, reason] : refused) ADD_FAILURE() << file << " is no example";
  for (const char* operation : {"answer", "reject", "playPrompt", "record", "subscribeToTone",
                                "cancelMediaProcessing", "mute", "unmute"})
    EXPECT_GE(seen[operation], 3) << operation << ": one of each dialect at least";
}

TEST(RecordedRequests, AreReadAsTheyMean) {
  REQUIRE_EXAMPLES();
  const fs::path file = examples() / "beta-2019-04.record.request.01.json";
  const auto request =
      read_request<RecordResponseRequest>(*parse_json(contents(file)), Dialect::app_2019);
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->max_record_duration_in_seconds, 120);  // 1800 there
  EXPECT_EQ(request->prompts.at(0).loop, 5);
  EXPECT_EQ(request->stop_tones, (std::vector<std::string>{"#", "11", "*"}));
}

}  // namespace
}  // namespace parley::model
