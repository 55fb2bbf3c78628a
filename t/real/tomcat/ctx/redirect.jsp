<%-- SPDX-License-Identifier: Apache-2.0

Redirects in the ways that the servlet API has, with a new session.
--%><%
String to = request.getParameter("to");

response.sendRedirect(request.getParameter("encode") == null
        ? to : response.encodeRedirectURL(to));
%>
