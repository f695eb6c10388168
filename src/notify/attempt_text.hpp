#pragma once

#include <string>

#include "notify/outbox.hpp"

/// How the timeline names a notification and what came of an attempt. Holds no tone, and of a URL
/// only what `origin_of` leaves: bots keep keys in paths and queries.
namespace parley::notify {

/// `https://bot.example.com:8443` of a URL, without user name, path and query; "" of a text that is
/// no absolute URL.
std::string origin_of(std::string_view url);

/// E.g. `#3 callUpdated established`, `#5 operationEnded playPrompt ID completed`; tones have no
/// number.
std::string name_of(const Entry& entry);

/// E.g. `attempt 2 to https://bot.example.com: status 500`. `entry.record.attempts` counts the
/// attempt already.
std::string attempt_text(const Entry& entry, const AttemptResult& result);

/// E.g. `status 500`, or why there was no answer.
std::string result_text(const AttemptResult& result);

}  // namespace parley::notify
