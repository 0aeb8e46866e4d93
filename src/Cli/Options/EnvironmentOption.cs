// Owns the rule that every option has an environment variable: --kv-cache-type reads TERN_KV_CACHE_TYPE.
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Tern.Cli.Options;

/// <summary>Makes options whose value comes from the command line, else from the environment, else from a default.</summary>
internal static class EnvironmentOption
{
    /// <summary>An option with a default.</summary>
    /// <param name="name">With dashes, for instance "--threads".</param>
    /// <param name="description">One line; the variable is appended.</param>
    /// <param name="fallback">The value when neither names it.</param>
    /// <param name="aliases">Short forms.</param>
    public static Option<T> Create<T>(string name, string description, T fallback, params string[] aliases)
    {
        string variable = VariableOf(name);
        return new Option<T>(name, aliases)
        {
            Description = $"{description} [{variable}]",
            HelpName = HelpName(typeof(T)),
            DefaultValueFactory = result => FromEnvironment(result, variable, fallback),
            CustomParser = result => Parse(result, result.Tokens, name, fallback),
        };
    }

    /// <summary>The environment variable of an option.</summary>
    public static string VariableOf(string option) =>
        "TERN_" + option.TrimStart('-').Replace('-', '_').ToUpperInvariant();

    private static T FromEnvironment<T>(ArgumentResult result, string variable, T fallback)
    {
        string? text = Environment.GetEnvironmentVariable(variable);
        return string.IsNullOrEmpty(text) ? fallback : Convert<T>(result, text, variable, fallback);
    }

    private static T Parse<T>(ArgumentResult result, IReadOnlyList<Token> tokens, string name, T fallback)
    {
        if (tokens.Count == 0)
            return typeof(T) == typeof(bool) ? (T)(object)true : fallback;
        return Convert<T>(result, tokens[^1].Value, name, fallback);
    }

    private static T Convert<T>(ArgumentResult result, string text, string source, T fallback)
    {
        var type = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
        try
        {
            if (type.IsEnum)
                return (T)Enum.Parse(type, text, ignoreCase: true);
            if (type == typeof(bool) && text is "1" or "0")
                return (T)(object)(text == "1");
            if (type == typeof(TimeSpan))
                return (T)(object)TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture));
            return (T)System.Convert.ChangeType(text, type, CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is FormatException or OverflowException or ArgumentException)
        {
            result.AddError($"{source} is '{text}', which is no {Expected(type)}");
            return fallback;
        }
    }

    private static string? HelpName(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) switch
        {
            var t when t == typeof(bool) => null,
            var t when t == typeof(string) || t.IsEnum => "TEXT",
            _ => "N",
        };

    private static string Expected(Type type) =>
        type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
        : type == typeof(bool) ? "true or false"
        : type == typeof(TimeSpan) ? "number of seconds"
        : type == typeof(int) || type == typeof(long) || type == typeof(ulong) ? "integer"
        : "number";
}
