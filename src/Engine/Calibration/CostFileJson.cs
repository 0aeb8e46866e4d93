// Owns how files of cost curves are read and written as JSON.
using System.Text.Json.Serialization;

namespace Tern.Engine.Calibration;

/// <summary>Strict JSON: no unknown, doubled or missing fields.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    IgnoreReadOnlyProperties = true,
    WriteIndented = true,
    NewLine = "\n"
)]
[JsonSerializable(typeof(CostFile.Content))]
internal sealed partial class CostFileJson : JsonSerializerContext;
