#include <cstdlib>

#include "calling/conversation.hpp"
#include "operations/run.hpp"

namespace parley::operations {
namespace {

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

}  // namespace
}  // namespace parley::operations

/// The first byte names the operation, the second the dialect and how far the call is; the rest is
/// the body. It is refused in words, or taken with an answer that is JSON.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  using namespace parley::operations;
  if (size < 2) return 0;
  const Row& row = table()[data[0] % table().size()];
  Scene scene(data[1] / 3 % 3);
  const ApiOptions options{.public_url = "https://p.test"};
  CallContext context{scene.step, scene.conversation, scene.call(), options};
  Request request{.method = row.method,
                  .dialect = static_cast<model::Dialect>(data[1] % 3),
                  .ids = {scene.call().id().value, Uuid{}}};
  auto body = model::parse_json(as_text(ByteView(data + 2, size - 2)));
  if (!body || !body->is_object()) return 0;
  request.body = std::move(*body);
  const auto result = run(row, context, request, all_roles());
  if (result) {
    require(result->status >= 200 && result->status < 300);
    require(result->body.empty() || model::parse_json(result->body).ok());
  } else {
    require(result.error().status >= 400 && result.error().status <= 501);
    require(!result.error().code.empty() && !result.error().message.empty());
  }
  return 0;
}
