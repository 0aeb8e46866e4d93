// Owns plan files: written whole or not at all, read with every field checked.
using System.Text.Json;

namespace Tern.Simulation.Planning;

/// <summary>A plan as JSON.</summary>
public static class PlanFile
{
    /// <summary>Writes a plan; the file has its old content or the whole new one at any moment.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, DeploymentPlan plan) => WriteWhole(path, Text(plan));

    /// <inheritdoc cref="Write(string, DeploymentPlan)"/>
    public static void Write(string path, MultiplexedPlan plan) =>
        WriteWhole(path, JsonSerializer.Serialize(plan, PlanningJsonContext.Default.MultiplexedPlan) + "\n");

    private static void WriteWhole(string path, string text)
    {
        var beside = path + ".new";
        File.WriteAllText(beside, text);
        File.Move(beside, path, overwrite: true);
    }

    /// <summary>The text of a plan file.</summary>
    public static string Text(DeploymentPlan plan) =>
        JsonSerializer.Serialize(plan, PlanningJsonContext.Default.DeploymentPlan) + "\n";

    /// <summary>Whether a file holds a plan for several models, which <see cref="ReadMultiplexed"/> reads, or for one, which <see cref="Read"/> does.</summary>
    /// <exception cref="PlanningFormatException">It is no JSON object.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static bool IsMultiplexed(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(path));
            return json.RootElement.TryGetProperty("units", out _);
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            throw new PlanningFormatException(path, "", $"this is no plan of tern plan: {bad.Message}", bad);
        }
    }

    /// <summary>Reads a plan for several models.</summary>
    /// <exception cref="PlanningFormatException">A field is bad; it is named, with what would be valid.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static MultiplexedPlan ReadMultiplexed(string path) => ParseMultiplexed(File.ReadAllText(path), path);

    /// <summary>Reads the text of a plan for several models.</summary>
    /// <param name="json">The text.</param>
    /// <param name="file">Where it is from, for messages.</param>
    /// <exception cref="PlanningFormatException">A field is bad; it is named, with what would be valid.</exception>
    public static MultiplexedPlan ParseMultiplexed(string json, string file = "plan")
    {
        var plan = PlanningJson.Read(json, PlanningJsonContext.Default.MultiplexedPlan, file);
        new PlanFields(file).Check(plan);
        return plan;
    }

    /// <summary>Reads a plan for one model.</summary>
    /// <exception cref="PlanningFormatException">A field is bad; it is named, with what would be valid.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static DeploymentPlan Read(string path) => Parse(File.ReadAllText(path), path);

    /// <summary>Reads the text of a plan.</summary>
    /// <param name="json">The text.</param>
    /// <param name="file">Where it is from, for messages.</param>
    /// <exception cref="PlanningFormatException">A field is bad; it is named, with what would be valid.</exception>
    public static DeploymentPlan Parse(string json, string file = "plan")
    {
        var plan = PlanningJson.Read(json, PlanningJsonContext.Default.DeploymentPlan, file);
        new PlanFields(file).Check(plan);
        return plan;
    }
}
