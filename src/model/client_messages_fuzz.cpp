// Whatever a socket brings is refused or reads back the same after it was written.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "model/client_messages.hpp"

namespace {

template <class Message>
void check(const Message& message, parley::Result<Message, parley::model::MessageError> again) {
  if (!again || parley::model::write(*again) != parley::model::write(message)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley::model;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto message = parse_client_message(text))
    check(*message, parse_client_message(write(*message)));
  if (const auto message = parse_server_message(text))
    check(*message, parse_server_message(write(*message)));
  return 0;
}
