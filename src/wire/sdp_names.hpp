#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "wire/sdp.hpp"
#include "wire/sdp_text.hpp"

/// The words of SDP's enums, one table each for the parser and the writer.
namespace parley::wire {

inline constexpr std::array<std::pair<std::string_view, SdpDirection>, 4> kSdpDirections{
    {{"sendrecv", SdpDirection::sendrecv},
     {"sendonly", SdpDirection::sendonly},
     {"recvonly", SdpDirection::recvonly},
     {"inactive", SdpDirection::inactive}}};

inline constexpr std::array<std::pair<std::string_view, SdpSetup>, 4> kSdpSetups{
    {{"actpass", SdpSetup::actpass},
     {"active", SdpSetup::active},
     {"passive", SdpSetup::passive},
     {"holdconn", SdpSetup::holdconn}}};

}  // namespace parley::wire
