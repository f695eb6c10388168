#include "cli/dispatch.hpp"

#include <exception>
#include <fstream>
#include <iterator>
#include <ostream>

#include "cli/call_verb.hpp"
#include "cli/command_line.hpp"
#include "cli/verbs.hpp"

namespace parley::cli {
namespace {

int fail(Console console, std::string_view text) {
  console.err << "parley: " << text << '\n';
  return 1;
}

/// Where the server that last ran in this folder was reached.
std::string last_url(const std::filesystem::path& data_dir) {
  std::ifstream file(data_dir / "ports.json");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const auto ports = model::parse_json(text);
  return ports ? text_at(*ports, "/url") : kDefaultUrl;
}

/// The verbs that speak to a server as its administrator.
template <class Arguments>
int run_as_administrator(const Arguments& arguments, const CommandHooks& hooks, Console console) {
  const auto place = place_of(arguments.connection, hooks);
  if (!place) return fail(console, place.error());
  auto api = ApiClient::open(*place);
  if (!api) return fail(console, api.error().text);
  const VerbResult done = run(*api, console.out, arguments);
  return done ? 0 : fail(console, done.error().text);
}

struct Run {
  const CommandHooks& hooks;
  Console console;

  int operator()(const ServeArguments& arguments) const { return hooks.serve(arguments); }
  int operator()(const CallArguments& arguments) const {
    const auto place = place_of(arguments.connection, hooks);
    if (!place) return fail(console, place.error());
    const auto met = run_call(arguments, *place, console.out);
    if (!met) return fail(console, met.error());
    return *met ? 0 : 1;
  }
  template <class Arguments>
  int operator()(const Arguments& arguments) const {
    return run_as_administrator(arguments, hooks, console);
  }
};

}  // namespace

Result<ServerPlace, std::string> place_of(const ConnectionArguments& arguments,
                                          const CommandHooks& hooks) {
  ServerPlace place{.url = "", .data_dir = kDefaultDataDir};
  if (!arguments.config.empty()) {
    auto configured = hooks.read_place(arguments.config);
    if (!configured) return Failure{configured.error()};
    place = std::move(*configured);
  }
  if (!arguments.url.empty()) place.url = arguments.url;
  if (!arguments.data_dir.empty()) place.data_dir = arguments.data_dir;
  if (place.url.empty()) place.url = last_url(place.data_dir);
  while (place.url.ends_with('/')) place.url.pop_back();
  return place;
}

int run_command(const Command& command, const CommandHooks& hooks, Console console) {
  try {
    return std::visit(Run{hooks, console}, command);
  } catch (const std::exception& error) {
    // E.g. a server of another version, whose answer lacks a member.
    return fail(console, std::string("This failed: ") + error.what());
  }
}

int run_command_line(int argc, const char* const* argv, const CommandHooks& hooks,
                     Console console) {
  const auto parsed = parse_command_line(argc, argv);
  if (const auto* const end = std::get_if<CommandLineEnd>(&parsed)) {
    console.out << end->out;
    console.err << end->err;
    return end->status;
  }
  return run_command(std::get<Command>(parsed), hooks, console);
}

}  // namespace parley::cli
