#include "client/expectation.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "dsp/level.hpp"

namespace parley::client {
namespace {

constexpr double kMostJumps = 1'000;
constexpr std::string_view kForms =
    "heard:FILE, unheard:FILE (with :min= :gap= :gain= :jumps= :after= :before=), silence, "
    "answered, ended[:CODE[/SUBCODE]] or ended:REASON";

Failure<std::string> fail(std::string text) {
  return Failure{std::move(text)};
}

/// Splits at the first separator; the second part is empty when there is none.
std::pair<std::string_view, std::string_view> split(std::string_view text, char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// False when the option is unknown or its value out of range.
bool set_option(HeardExpectation& heard, std::string_view name, double value) {
  if (!std::isfinite(value) || value < 0) return false;
  if (name == "min") {
    if (value == 0 || value > 1) return false;
    heard.sound.correlation = value;
    heard.sound.smallest_correlation = std::min(heard.sound.smallest_correlation, value);
  } else if (name == "gap") {
    heard.sound.longest_gap_ms = value;
  } else if (name == "gain") {
    heard.sound.gain_error_db = value;
  } else if (name == "jumps") {
    if (value > kMostJumps || value != std::floor(value)) return false;
    heard.sound.jumps = static_cast<std::size_t>(value);
  } else if (name == "after") {
    heard.after_ms = value;
  } else if (name == "before") {
    heard.before_ms = value;
  } else {
    return false;
  }
  return true;
}

Result<Expectation, std::string> parse_heard(std::string_view rest, bool negated) {
  HeardExpectation heard{.file = {}, .negated = negated};
  auto [file, options] = split(rest, ':');
  if (file.empty()) return fail("heard and unheard need a file");
  heard.file = file;
  while (!options.empty()) {
    const auto [option, more] = split(options, ':');
    const auto [name, text] = split(option, '=');
    const auto value = number<double>(text);
    if (!value || !set_option(heard, name, *value))
      return fail("`" + std::string(option) + "` is no option; allowed: " + std::string(kForms));
    options = more;
  }
  return Expectation{std::move(heard)};
}

Result<Expectation, std::string> parse_ended(std::string_view rest) {
  EndedExpectation ended;
  if (rest.empty()) return Expectation{ended};
  const auto [code, subcode] = split(rest, '/');
  ended.code = number<std::int32_t>(code);
  if (!ended.code) {
    ended.reason = model::enum_from_name<model::EndReason>(rest);
    if (ended.reason) return Expectation{ended};
  }
  if (rest.find('/') != std::string_view::npos) ended.subcode = number<std::int32_t>(subcode);
  if (!ended.code || (rest.find('/') != std::string_view::npos && !ended.subcode))
    return fail("`" + std::string(rest) + "` is neither a code nor a reason");
  return Expectation{ended};
}

std::string format(const char* text, double a, double b) {
  char line[96];
  std::snprintf(line, sizeof line, text, a, b);
  return line;
}

Verdict judge_one(const HeardExpectation& heard, const Evidence& evidence) {
  const std::string name = (heard.negated ? "unheard:" : "heard:") + heard.file + ": ";
  const auto file = evidence.files.find(heard.file);
  if (file == evidence.files.end()) return {false, name + "the file is not loaded"};
  if (evidence.heard.samples.empty()) return {heard.negated, name + "nothing was received"};
  const dsp::SoundMatch match =
      dsp::match_sound(evidence.heard, file->second, {.jump_ms = kJumpMs});
  std::string problem = dsp::unmet(match, heard.sound);
  if (problem.empty() && heard.after_ms && match.offset_ms < *heard.after_ms)
    problem = format("it began at %.0f ms, before %.0f ms", match.offset_ms, *heard.after_ms);
  if (problem.empty() && heard.before_ms && match.offset_ms > *heard.before_ms)
    problem = format("it began at %.0f ms, after %.0f ms", match.offset_ms, *heard.before_ms);
  if (heard.negated)
    return {!problem.empty(), name + (problem.empty() ? "it was heard; " : "") + match.text()};
  return {problem.empty(), name + (problem.empty() ? match.text() : problem)};
}

Verdict judge_one(const SilenceExpectation&, const Evidence& evidence) {
  if (evidence.heard.samples.empty()) return {true, "silence: nothing was received"};
  const std::size_t window = dsp::samples_in(20, evidence.heard.rate);
  double loudest = -127.0;
  double at_ms = 0.0;
  for (std::size_t at = 0; at < evidence.heard.samples.size(); at += window) {
    const auto part =
        evidence.heard.samples.subspan(at, std::min(window, evidence.heard.samples.size() - at));
    const double power = dsp::power_dbov(dsp::mean_square(part));
    if (power <= loudest) continue;
    loudest = power;
    at_ms = static_cast<double>(at) * 1000.0 / evidence.heard.rate;
  }
  return {loudest <= kSilenceDbov,
          "silence: the loudest 20 ms " + format("have %.1f dBov, at %.0f ms", loudest, at_ms)};
}

Verdict judge_one(const AnsweredExpectation&, const Evidence& evidence) {
  return {evidence.answered, evidence.answered ? "answered" : "answered: it was not"};
}

Verdict judge_one(const EndedExpectation& expected, const Evidence& evidence) {
  if (!evidence.ended) return {false, "ended: the call did not end in an orderly way"};
  const CallEnd& end = *evidence.ended;
  const bool met = (!expected.code || *expected.code == end.code) &&
                   (!expected.subcode || *expected.subcode == end.subcode) &&
                   (!expected.reason || *expected.reason == end.reason);
  return {met, "ended: " + std::to_string(end.code) + "/" + std::to_string(end.subcode) + " " +
                   std::string(model::enum_name(end.reason))};
}

}  // namespace

Result<Expectation, std::string> parse_expectation(std::string_view text) {
  const auto [kind, rest] = split(text, ':');
  if (kind == "heard" || kind == "unheard") return parse_heard(rest, kind == "unheard");
  if (kind == "ended") return parse_ended(rest);
  if (text == "silence") return Expectation{SilenceExpectation{}};
  if (text == "answered") return Expectation{AnsweredExpectation{}};
  return fail("`" + std::string(text) + "` is no expectation; allowed: " + std::string(kForms));
}

Verdict judge(const Expectation& expectation, const Evidence& evidence) {
  return std::visit([&](const auto& known) { return judge_one(known, evidence); }, expectation);
}

}  // namespace parley::client
