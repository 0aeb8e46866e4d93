// Owns the key/value metadata of a model, under GGUF's key names, and typed access to it.
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Tern.Formats;

/// <summary>
/// Metadata under GGUF's keys (github.com/ggml-org/ggml docs/gguf.md). Values are <see cref="byte"/>, <see cref="sbyte"/>,
/// <see cref="ushort"/>, <see cref="short"/>, <see cref="uint"/>, <see cref="int"/>, <see cref="ulong"/>, <see cref="long"/>,
/// <see cref="float"/>, <see cref="double"/>, <see cref="bool"/>, <see cref="string"/>, or a one-dimensional array of one of them.
/// Every getter throws <see cref="ModelFormatException"/> naming file and key when the value has another type or does not fit.
/// </summary>
/// <param name="file">The file named in errors.</param>
/// <param name="values">Key to value, in file order.</param>
public sealed class Metadata(string file, IReadOnlyDictionary<string, object> values)
{
    /// <summary>The file named in errors.</summary>
    public string File => file;

    /// <summary>All pairs, in file order.</summary>
    public IReadOnlyDictionary<string, object> Values => values;

    /// <summary>Whether the key is there.</summary>
    public bool Contains(string key) => values.ContainsKey(key);

    /// <summary>A string that must be there.</summary>
    public string GetString(string key) => Require<string>(key, "a string");

    /// <summary>A string, or <paramref name="fallback"/> when the key is absent.</summary>
    [return: NotNullIfNotNull(nameof(fallback))]
    public string? GetString(string key, string? fallback) => Contains(key) ? GetString(key) : fallback;

    /// <summary>An integer of any width that must be there and fit an <see cref="int"/>.</summary>
    public int GetInt(string key)
    {
        long value = ToLong(key, Require(key));
        return value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw Error(key, $"value {value} is out of range (at most {int.MaxValue})");
    }

    /// <summary>An integer, or <paramref name="fallback"/> when the key is absent.</summary>
    public int GetInt(string key, int fallback) => Contains(key) ? GetInt(key) : fallback;

    /// <summary>A number that must be there.</summary>
    public float GetFloat(string key) =>
        Require(key) switch
        {
            float f => f,
            double d => (float)d,
            string or bool or Array => throw WrongType(key, "a number"),
            var integer => ToLong(key, integer),
        };

    /// <summary>A number, or <paramref name="fallback"/> when the key is absent.</summary>
    public float GetFloat(string key, float fallback) => Contains(key) ? GetFloat(key) : fallback;

    /// <summary>A truth value, or <paramref name="fallback"/> when the key is absent.</summary>
    public bool GetBool(string key, bool fallback) => Contains(key) ? Require<bool>(key, "a bool") : fallback;

    /// <summary>An array of strings that must be there.</summary>
    public string[] GetStrings(string key) => Require<string[]>(key, "an array of strings");

    /// <summary>An array of numbers that must be there, as floats.</summary>
    public float[] GetFloats(string key) =>
        Require(key) switch
        {
            float[] f => f,
            double[] d => Array.ConvertAll(d, x => (float)x),
            _ => throw WrongType(key, "an array of floats"),
        };

    /// <summary>An array of integers of any width that must be there and each fit an <see cref="int"/>.</summary>
    public int[] GetInts(string key)
    {
        object value = Require(key);
        if (value is int[] ints)
            return ints;
        if (value is not Array array || value is string[] or float[] or double[] or bool[])
            throw WrongType(key, "an array of integers");
        var result = new int[array.Length];
        for (int i = 0; i < result.Length; i++)
        {
            long item = ToLong(key, array.GetValue(i)!);
            if (item is < int.MinValue or > int.MaxValue)
                throw Error(key, $"item {i} is {item}, out of range");
            result[i] = (int)item;
        }
        return result;
    }

    /// <summary>Whether the value is an array.</summary>
    public bool IsArray(string key) => values.TryGetValue(key, out object? value) && value is Array;

    /// <summary>An error about a key of this file.</summary>
    public ModelFormatException Error(string key, string problem) => new(file, key, problem);

    private object Require(string key) =>
        values.TryGetValue(key, out object? value) ? value : throw Error(key, "the metadata key is missing");

    private T Require<T>(string key, string expected) =>
        Require(key) is T typed ? typed : throw WrongType(key, expected);

    private ModelFormatException WrongType(string key, string expected) =>
        Error(key, $"has type {Require(key).GetType().Name}, expected {expected}");

    private long ToLong(string key, object value) =>
        value switch
        {
            byte or sbyte or ushort or short or uint or int or long => Convert.ToInt64(
                value,
                CultureInfo.InvariantCulture
            ),
            ulong u when u <= long.MaxValue => (long)u,
            ulong u => throw Error(key, $"value {u} is out of range"),
            _ => throw WrongType(key, "an integer"),
        };
}
