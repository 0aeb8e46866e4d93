// Owns which types planning files are made of.
using System.Text.Json.Serialization;

namespace Tern.Simulation.Planning;

/// <summary>Strict JSON: no unknown, doubled or missing fields.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    NewLine = "\n"
)]
[JsonSerializable(typeof(ClusterFields))]
[JsonSerializable(typeof(DeploymentPlan))]
[JsonSerializable(typeof(MultiplexedPlan))]
internal sealed partial class PlanningJsonContext : JsonSerializerContext;
