#pragma once

#include <boost/describe/enum.hpp>

#include "model/describe.hpp"

namespace parley::model {

// Graph's enumerations. Written in lower camel case (`transferAccepted`), read without regard to
// case.

BOOST_DEFINE_ENUM_CLASS(CallDirection, incoming, outgoing)

/// `ringing` is unknown to v1.0 and never sent there; `redirecting` is told to 2019 callers only.
BOOST_DEFINE_ENUM_CLASS(CallState, incoming, establishing, ringing, established, hold, transferring,
                        transfer_accepted, redirecting, terminating, terminated)

BOOST_DEFINE_ENUM_CLASS(Modality, unknown, audio, video, video_based_screen_sharing, data)

BOOST_DEFINE_ENUM_CLASS(MediaState, active, inactive)

BOOST_DEFINE_ENUM_CLASS(MediaDirection, inactive, send_only, receive_only, send_receive)

BOOST_DEFINE_ENUM_CLASS(Tone, tone0, tone1, tone2, tone3, tone4, tone5, tone6, tone7, tone8, tone9,
                        star, pound, a, b, c, d, flash)

BOOST_DEFINE_ENUM_CLASS(OperationStatus, not_started, running, completed, failed)

BOOST_DEFINE_ENUM_CLASS(PlayPromptCompletionReason, unknown, completed_successfully,
                        media_operation_canceled)

BOOST_DEFINE_ENUM_CLASS(RecordCompletionReason, operation_canceled, stop_tone_detected,
                        max_record_duration_reached, initial_silence_timeout, max_silence_timeout,
                        play_prompt_failed, play_beep_failed, media_receive_timeout,
                        unspecified_error)

BOOST_DEFINE_ENUM_CLASS(RejectReason, none, busy, forbidden)

BOOST_DEFINE_ENUM_CLASS(ChangeType, created, updated, deleted)

BOOST_DEFINE_ENUM_CLASS(EndpointType, default_, voicemail, skype_for_business,
                        skype_for_business_voip_phone)

BOOST_DEFINE_ENUM_CLASS(RoutingType, forwarded, lookup, self_fork)

BOOST_DEFINE_ENUM_CLASS(RoutingPolicy, none, no_missed_call, disable_forwarding_except_phone,
                        disable_forwarding, prefer_skype_for_business)

BOOST_DEFINE_ENUM_CLASS(CallTranscriptionState, not_started, active, inactive)

}  // namespace parley::model
