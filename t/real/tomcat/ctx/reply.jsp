<%-- SPDX-License-Identifier: Apache-2.0

Sends what the test asks for: X-Reply is a whole response in base64.
--%><%
String reply = new String(java.util.Base64.getDecoder()
        .decode(request.getHeader("X-Reply")), "ISO-8859-1");
String[] lines = reply.split("\r\n\r\n", 2)[0].split("\r\n");

response.setStatus(Integer.parseInt(lines[0].split(" ")[1]));
for (int i = 1; i < lines.length; i++) {
    String[] field = lines[i].split(": ", 2);
    if (!field[0].matches("(?i)Connection|Content-Length")) {
        response.addHeader(field[0], field[1]);
    }
}
%><%@ page session="false" %>
