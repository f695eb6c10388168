#include <algorithm>
#include <cstdlib>

#include "calling/conversation.hpp"
#include "operations/directory/directory_gate.hpp"
#include "operations/run.hpp"

namespace parley::operations {
namespace {

constexpr std::uint8_t kDirectory = 0xFF;  ///< as the first byte

void require(bool promise) {
  if (!promise) std::abort();
}

identity::RoleSet all_roles() {
  identity::RoleSet roles;
  for (unsigned i = 0; i < 32; ++i) roles.insert(static_cast<identity::Role>(i));
  return roles;
}

/// A call that is told to its bot, or goes on, or is over.
struct Scene {
  explicit Scene(unsigned stage)
      : conversation(
            step, ConversationId{Uuid::random(random)},
            {.endpoint = {SessionId{}, "c"}, .tenant = {}, .user = {}, .display_name = "A"},
            {.application = {}, .display_name = "b", .callback_uri = "https://b.test"}) {
    if (stage == 0) return;
    require(conversation.answer(step, call(), {}).ok());
    conversation.handle_bridge_event(step, model::PortConnected{conversation.user().port});
    if (stage == 2) conversation.user_hung_up(step);
  }

  calling::Call& call() { return *conversation.find_call(conversation.call().id()); }

  Now now{Instant{std::chrono::seconds(100)}, UtcTime{std::chrono::days(20'000)}};
  SeededRandom random{1};
  calling::CallingOptions options;
  calling::Batch batch;
  calling::Step step{now, random, options, batch};
  calling::Conversation conversation;
};

/// Refused in words, or an answer that is JSON.
void require_answer(const Result<Reply, ApiError>& result) {
  if (result) {
    require(result->status >= 200 && result->status < 300);
    require(result->body.empty() || model::parse_json(result->body).ok());
  } else {
    require(result.error().status >= 400 && result.error().status <= 501);
    require(!result.error().code.empty() && !result.error().message.empty());
  }
}

/// @param row  by its place in the table; `stage` is the dialect and how far the call is
void ask_for_call(std::uint8_t row_at, std::uint8_t stage, std::string_view text) {
  const Row& row = table()[row_at % table().size()];
  Scene scene(stage / 3 % 3);
  const ApiOptions options{.public_url = "https://p.test"};
  CallContext context{scene.step, scene.conversation, scene.call(), options};
  Request request{.method = row.method,
                  .dialect = static_cast<model::Dialect>(stage % 3),
                  .ids = {scene.call().id().value, Uuid{}}};
  auto body = model::parse_json(text);
  if (!body || !body->is_object()) return;
  request.body = std::move(*body);
  require_answer(run(row, context, request, all_roles()));
}

/// `{id}` replaced.
std::string with_id(std::string text, const std::string& id) {
  constexpr std::string_view kPlace = "{id}";
  for (std::size_t at = text.find(kPlace); at != text.npos; at = text.find(kPlace, at + id.size()))
    text.replace(at, kPlace.size(), id);
  return text;
}

std::string take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string line(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

/// A directory that changes as requests ask.
class Administration {
 public:
  /// @param head  `METHOD PATH?QUERY`; in it and in the body `{id}` is the resource made last
  void ask(std::string head, std::string body) {
    head = with_id(std::move(head), id_);
    body = with_id(std::move(body), id_);
    const std::string_view target =
        std::string_view(head).substr(std::min(head.find(' ') + 1, head.size()));
    const std::size_t query = std::min(target.find('?'), target.size());
    auto request = directory::read_directory_request(
        {.method = std::string_view(head).substr(0, head.find(' ')),
         .path = target.substr(0, query),
         .query = target.substr(std::min(query + 1, target.size())),
         .authorization = "Bearer token",
         .content_type = "application/json",
         .body = body},
        administrator_);
    if (!request) return;
    if (!*request) return require_answer(Failure{request->error()});
    (*request)->password_hash = "as a worker made it";
    const ApiOptions options{.public_url = "https://p.test"};
    const auto result = directory::run_directory_request(
        {*directory_, UtcTime{std::chrono::days(20'000)}, random_, options}, **request);
    if (!result) return require_answer(Failure{result.error()});
    require_answer(result->reply);
    if (result->rows.empty()) return;
    directory_ = directory_->with(result->rows);
    note_id(result->reply.body);
  }

 private:
  void note_id(const std::string& body) {
    const auto made = model::parse_json(body);
    const auto* const id =
        made && made->is_object() ? made->as_object().if_contains("id") : nullptr;
    if (id && id->is_string()) id_ = std::string(id->as_string());
  }

  const identity::Administrator administrator_{"token"};
  SeededRandom random_{1};
  std::shared_ptr<const identity::Directory> directory_ = identity::Directory::from({});
  std::string id_;
};

/// One request after the other, each a line and the line of its body.
void administer(std::string_view text) {
  Administration administration;
  while (!text.empty()) {
    std::string head = take_line(text);
    administration.ask(std::move(head), take_line(text));
  }
}

}  // namespace
}  // namespace parley::operations

/// The first byte names the operation of a call, the second the dialect and how far the call is;
/// the rest is the body. Or the first says that the administrator's requests follow.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  using namespace parley::operations;
  if (size < 2) return 0;
  if (data[0] == kDirectory)
    administer(as_text(ByteView(data + 1, size - 1)));
  else
    ask_for_call(data[0], data[1], as_text(ByteView(data + 2, size - 2)));
  return 0;
}
