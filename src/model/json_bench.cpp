// 64 KiB of JSON, of the kinds that cost a reader most: read by us, who look for duplicates and
// depth, and by Boost.JSON alone (the rival), beside the copy of the text (the floor).
#include <benchmark/benchmark.h>

#include <boost/json/parse.hpp>
#include <cstdlib>
#include <string>

#include "model/json.hpp"

namespace parley::model {
namespace {

constexpr std::size_t kSize = 64 << 10;

std::string array_of(const std::string& element) {
  std::string text = "[" + element;
  while (text.size() + element.size() + 2 <= kSize) text += "," + element;
  return text + "]";
}

/// One object of as many members as fit, for the search for duplicates.
std::string members() {
  std::string text = "{\"\":0";
  for (int i = 0; text.size() + 16 <= kSize; ++i) text += ",\"" + std::to_string(i) + "\":1";
  return text + "}";
}

std::string nested() {
  constexpr std::size_t kLevels = kMaxJsonDepth - 1;
  return array_of(std::string(kLevels, '[') + std::string(kLevels, ']'));
}

std::string escapes() {
  std::string text = "\"";
  while (text.size() + 7 <= kSize) text += "\\u20ac";
  return text + "\"";
}

template <class Read>
void run(benchmark::State& state, const std::string& text, Read read) {
  for (auto _ : state) benchmark::DoNotOptimize(read(text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void ours(benchmark::State& state, const std::string& text) {
  if (!parse_json(text)) std::abort();
  run(state, text, [](const std::string& from) { return parse_json(from); });
}
void rival(benchmark::State& state, const std::string& text) {
  boost::json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  run(state, text, [&](const std::string& from) { return boost::json::parse(from, {}, options); });
}
void floor(benchmark::State& state, const std::string& text) {
  run(state, text, [](const std::string& from) { return std::string(from); });
}

#define JSON_BENCHMARK(kind)                                    \
  BENCHMARK_CAPTURE(floor, kind, kind())->Name(#kind "/copy");  \
  BENCHMARK_CAPTURE(ours, kind, kind())->Name(#kind "/parley"); \
  BENCHMARK_CAPTURE(rival, kind, kind())->Name(#kind "/boost")

std::string numbers() {
  return array_of("1.7976931348623157e308");
}
std::string empty_objects() {
  return array_of("{}");
}

JSON_BENCHMARK(members);
JSON_BENCHMARK(nested);
JSON_BENCHMARK(escapes);
JSON_BENCHMARK(numbers);
JSON_BENCHMARK(empty_objects);

}  // namespace
}  // namespace parley::model

BENCHMARK_MAIN();
