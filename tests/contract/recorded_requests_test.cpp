// The request bodies that Graph's documentation publishes, sent to a whole platform on a call that
// can take them: the API accepts each, except those that refused_examples.txt names with the
// reason.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include "../scenarios/scenario_test_support.hpp"
#include "model/graph_types.hpp"

namespace parley::contract {
namespace {

namespace fs = std::filesystem;
using model::Dialect;
using model::Json;
using std::chrono::seconds;

const std::set<std::string>& operations() {
  static const std::set<std::string> names = {"answer", "reject",          "playPrompt",
                                              "record", "subscribeToTone", "cancelMediaProcessing",
                                              "mute",   "unmute"};
  return names;
}

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

fs::path examples() {
  const char* folder = std::getenv("PARLEY_GRAPH_CONTRACT");
  return fs::path(folder ? folder : "../shared/graph") / "examples";
}

/// What a client would send: the published body, mended where it is no JSON. Some examples name no
/// callbackUri but "callbackUri-value", as a form does; a client puts its own URL there.
std::string sent_body(const fs::path& path) {
  constexpr std::string_view kBlank = "\"callbackUri-value\"";
  const fs::path repaired = path.parent_path() / "repaired" / path.filename();
  std::string body = contents(fs::exists(repaired) ? repaired : path);
  if (const std::size_t blank = body.find(kBlank); blank != std::string::npos)
    body.replace(blank, kBlank.size(), R"("https://bot.contoso.com/api/calls")");
  return body;
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

/// The action's name in the path: today's files keep the name of 2019.
std::string action_of(const std::string& operation, Dialect dialect) {
  return operation == "record" && dialect != Dialect::app_2019 ? "recordResponse" : operation;
}

/// A call of one dialect, ringing; established where the operation wants that.
class Sender {
 public:
  explicit Sender(Dialect dialect)
      : root_(model::path_root(dialect)),
        bot_(world_.add_bot("bot", {"Calls.AccessMedia.All"}, dialect)) {
    world_.add_caller("alice").invite("bot");
    world_.run_until([&] { return !bot_.deliveries.empty(); }, seconds(5));
  }

  sim::ApiAnswer send(const std::string& operation, const std::string& action,
                      const std::string& body) {
    if (operation != "answer" && operation != "reject") establish();
    return post(action, body);
  }

 private:
  void establish() {
    EXPECT_EQ(post("answer", R"({"acceptedModalities":["audio"],"mediaConfig":)"
                             R"({"@odata.type":"#microsoft.graph.serviceHostedMediaConfig"}})")
                  .status,
              202);
    EXPECT_TRUE(world_.run_until(
        [&] { return bot_.states().find("established") != std::string::npos; }, seconds(10)));
  }
  sim::ApiAnswer post(const std::string& action, const std::string& body) {
    return world_.call_api(bot_, "POST", root_ + "/calls/" + bot_.last_call() + "/" + action, body);
  }

  std::string root_;
  sim::World world_{scenarios::options()};
  sim::Bot& bot_;
};

/// Skips a test without the examples; with CI=true nothing may be skipped.
#define REQUIRE_EXAMPLES()                                                            \
  if (!fs::is_directory(examples())) {                                                \
    const char* ci = std::getenv("CI");                                               \
    ASSERT_FALSE(ci&& std::string(ci) == "true") << "no examples in " << examples();  \
    GTEST_SKIP() << "no examples in " << examples() << ": set PARLEY_GRAPH_CONTRACT"; \
  }

/// The listed files, each with the member that is refused.
std::map<std::string, std::string> refused_examples() {
  std::map<std::string, std::string> refused;
  std::ifstream list("tests/contract/refused_examples.txt");
  EXPECT_TRUE(list) << "run from the repository's root";
  for (std::string line; std::getline(list, line);) {
    if (line.starts_with('#') || line.empty()) continue;
    const std::size_t gap = line.find("  ");
    const std::size_t colon = line.find(": ");
    if (gap < colon && colon != std::string::npos)
      refused[line.substr(0, gap)] = line.substr(gap + 2, colon - gap - 2);
    else
      ADD_FAILURE() << "want `file  member: reason`: " << line;
  }
  return refused;
}

std::string message_of(const sim::ApiAnswer& answer) {
  const auto* body = answer.body.if_object();
  const auto* error = body ? body->if_contains("error") : nullptr;
  return error ? std::string(error->at("message").get_string()) : "";
}

TEST(RecordedRequests, AreTakenOrListed) {
  REQUIRE_EXAMPLES();
  auto refused = refused_examples();
  std::map<std::string, int> seen;
  for (const auto& entry : fs::directory_iterator(examples())) {
    const std::string file = entry.path().filename();
    const std::string operation = operation_of(file);
    if (!operations().contains(operation)) continue;
    ++seen[operation];
    const Dialect dialect = dialect_of(file);
    const auto answer =
        Sender(dialect).send(operation, action_of(operation, dialect), sent_body(entry.path()));
    const auto listed = refused.extract(file);
    if (listed.empty()) {
      EXPECT_TRUE(answer.status == 200 || answer.status == 202)
          << file << ": " << answer.status << " " << message_of(answer);
      continue;
    }
    EXPECT_EQ(answer.status, 400) << file << " is listed";
    EXPECT_TRUE(message_of(answer).starts_with(listed.mapped() + ":"))
        << file << ": " << message_of(answer);
  }
  for (const auto& [file, member] : refused) ADD_FAILURE() << file << " is no example";
  for (const std::string& operation : operations())
    EXPECT_GE(seen[operation], 3) << operation << ": one of each dialect at least";
}

TEST(RecordedRequests, AreReadAsTheyMean) {
  REQUIRE_EXAMPLES();
  const fs::path file = examples() / "beta-2019-04.record.request.01.json";
  const auto request = model::read_request<model::RecordResponseRequest>(
      *model::parse_json(contents(file)), Dialect::app_2019);
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->max_record_duration_in_seconds, 120);  // 1800 there
  EXPECT_EQ(request->prompts.at(0).loop, 5);
  EXPECT_EQ(request->stop_tones, (std::vector<std::string>{"#", "11", "*"}));
}

}  // namespace
}  // namespace parley::contract
